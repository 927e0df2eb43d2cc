"""App of cases and duties."""

from django.apps import AppConfig


class CasesConfig(AppConfig):
    """Wires cases to the publication event and to laws, and duties to the admin."""

    name = "legal_education.cases"
    label = "legal_cases"
    verbose_name = "以案释法与普法责任"

    def ready(self) -> None:
        from legal_education.campaigns.hub_parts import HubPart, register_part
        from site_core import reading
        from site_core.demo_steps import SAMPLES, register_demo_step
        from site_core.law_connections import register_below_articles, register_provisions
        from site_core.publication import subscribe

        from . import provisioning_steps, receivers  # noqa: F401 - the steps register themselves
        from .below import show_below_articles
        from .case_checks import register_own_checks
        from .demo import add_samples
        from .hub import build_part
        from .provisions import find_provisions

        register_below_articles(show_below_articles)
        register_provisions(find_provisions)
        register_own_checks()
        register_part(HubPart("cases", "legal_cases/hub_part.html", build_part, order=20))
        # Search writes the catalogue at 30: its old entry tells what a law was called, its new one what it is called now.
        subscribe(receivers.before_catalogue, order=25)
        subscribe(receivers.on_publication, order=40)
        reading.has_own_tags("legal_cluster_caselink")
        reading.is_not_for_readers("legal_cluster_dutystanding")
        register_demo_step(add_samples, order=SAMPLES + 6)
