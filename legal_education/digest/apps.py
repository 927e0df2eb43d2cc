"""App of the mobile digest."""

from django.apps import AppConfig


class DigestConfig(AppConfig):
    """Wires the digest to pages, publications, checks and the catalogue."""

    name = "legal_education.digest"
    label = "legal_digest"
    verbose_name = "普法手机报"

    def ready(self) -> None:
        from site_core import reading
        from site_core.demo_steps import SAMPLES, register_demo_step
        from site_core.page_places import stands_below_columns
        from site_core.paths import keep_personal
        from site_core.publication import subscribe

        from . import checks, receivers  # noqa: F401 - checks register themselves
        from .checking import register_own_checks
        from .demo import prepare_demo
        from .entries import register_own_entries

        stands_below_columns("legal_digest.DigestPage")
        register_own_entries()
        register_own_checks()
        subscribe(receivers.on_publication, order=50)
        reading.is_not_for_readers(
            *("legal_digest_subscription", "legal_digest_sending", "legal_digest_channelrun"),
            *("legal_digest_digestdelivery", "legal_digest_deliverynote"),
        )
        keep_personal("/pufa/digest/")
        register_demo_step(prepare_demo, order=SAMPLES + 30)
