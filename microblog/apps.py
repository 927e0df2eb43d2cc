"""App of the microblog."""

from django.apps import AppConfig


class MicroblogConfig(AppConfig):
    """Wires the stream to pages, publications and platforms."""

    name = "microblog"
    verbose_name = "微博"

    def ready(self) -> None:
        from site_core import reading
        from site_core.demo_steps import SAMPLES, register_demo_step
        from site_core.page_places import stands_below_home
        from site_core.publication import subscribe
        from site_core.sections import register_section
        from site_core.structured_data import register_builder

        from . import provisioning_steps, receivers  # noqa: F401 - the steps register themselves
        from .adapters.base import register_adapter
        from .adapters.mastodon import MastodonAdapter
        from .adapters.webhook import WebhookAdapter
        from .adapters.wechat import WeChatAdapter
        from .adapters.weibo import WeiboAdapter
        from .demo_accounts import add_sample_accounts
        from .described import describe_post
        from .entries import register_own_entries
        from .models import MicroPost
        from .post_checks import register_own_checks
        from .sampling import add_sample_posts
        from .sections import MicroblogSection

        stands_below_home("microblog.StreamPage")
        register_own_entries()
        for adapter in (WeiboAdapter(), WeChatAdapter(), MastodonAdapter(), WebhookAdapter()):
            register_adapter(adapter)
        register_builder(MicroPost, describe_post)
        register_section("microblog", MicroblogSection())
        register_demo_step(add_sample_posts, order=SAMPLES + 5)
        register_demo_step(add_sample_accounts, order=SAMPLES + 15)
        register_own_checks()
        subscribe(receivers.on_publication, order=50)
        reading.is_not_for_readers(
            *("microblog_connection", "microblog_delivery", "microblog_deliveryevent", "microblog_apicall"),
            *("microblog_incomingpost", "microblog_pushreceipt", "microblog_composerule", "microblog_deliverycounts"),
        )
