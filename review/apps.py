"""App of the three-step review."""

from django.apps import AppConfig


class ReviewConfig(AppConfig):
    """Wires review to pages: who may publish, what a saved revision means, what may become public."""

    name = "review"
    verbose_name = "审核"

    def ready(self) -> None:
        from django.db.models.signals import post_delete, post_save
        from wagtail.signals import post_page_move

        from site_core import draft_events
        from site_core.demo_steps import SAMPLES, register_demo_step
        from site_core.page_permissions import ask_steps_of
        from site_core.publication import subscribe

        from . import actions, publishing, receivers
        from .demo import prepare_demo
        from .models import ReviewRule
        from .selectors import list_steps

        ask_steps_of(list_steps)
        draft_events.subscribe(actions.on_revision_saved)
        post_page_move.connect(receivers.on_moved)
        post_save.connect(receivers.on_rule_changed, sender=ReviewRule)
        post_delete.connect(receivers.on_rule_changed, sender=ReviewRule)
        subscribe(publishing.on_publication, order=0)
        subscribe(receivers.on_publication, order=30)
        register_demo_step(prepare_demo, order=SAMPLES + 10)
