"""App of campaigns."""

from django.apps import AppConfig


class CampaignsConfig(AppConfig):
    """Wires campaigns to pages, the column of legal education, catalogue, checks and the demo."""

    name = "legal_education.campaigns"
    label = "legal_campaigns"
    verbose_name = "普法活动"

    def ready(self) -> None:
        from site_core import reading
        from site_core.column_dresses import ColumnDress, dress_column
        from site_core.demo_steps import SAMPLES, register_demo_step
        from site_core.page_places import stands_below_columns

        from . import activity_actions, calendar_actions  # noqa: F401 - they name their deeds for the ledger
        from .entries import register_own_entries
        from .hub import describe_hub
        from .hub_parts import HubPart, register_cards, register_part
        from .other_parts import build_digest_cards, build_quizzes
        from .page_checks import register_own_checks
        from .programme_cards import build_cards
        from .sampling import add_sample_campaigns

        stands_below_columns("legal_campaigns.CampaignPage")
        dress_column("pufa", ColumnDress("legal_campaigns/hub.html", describe_hub))
        register_cards(build_cards)
        register_cards(build_digest_cards)
        register_part(HubPart("quizzes", "legal_campaigns/parts/quizzes.html", build_quizzes, order=10))
        register_own_entries()
        register_own_checks()
        register_demo_step(add_sample_campaigns, order=SAMPLES + 50)
        reading.is_not_for_readers("legal_campaigns_reminder")
