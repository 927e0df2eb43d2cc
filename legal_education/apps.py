"""App of legal education: programmes, the reader's place for them, campaigns, cases, duties."""

from django.apps import AppConfig


class LegalEducationConfig(AppConfig):
    """Wires programmes to pages, catalogue and the demo."""

    name = "legal_education"
    verbose_name = "法治宣传"

    def ready(self) -> None:
        from site_core import reading
        from site_core.demo_steps import SAMPLES, register_demo_step
        from site_core.page_places import stands_below_columns

        from . import receivers
        from .described import register_own_builders
        from .entries import register_own_entries
        from .programme_checks import register_own_checks
        from .sampling import add_sample_programmes

        stands_below_columns("legal_education.ProgrammePage")
        register_own_entries()
        register_own_builders()
        register_own_checks()
        receivers.connect()
        register_demo_step(add_sample_programmes, order=SAMPLES + 20)
        reading.has_own_tags("legal_education_paperscan", "legal_education_programmelink")
