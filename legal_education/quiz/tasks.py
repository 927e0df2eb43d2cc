"""Jobs of quizzes."""

from datetime import timedelta

from django.utils import timezone

from legal_education.quiz.models import BankImport
from legal_education.quiz.taking.actions import finish_overdue
from tenants.jobs import every_site, site_task
from tenants.selectors import list_schemas_having

_IMPORTS_KEPT = timedelta(days=1)


def find_sites_with_overdue(schemas: list[str]) -> list[str]:
    """Of these sites, those where somebody's time was up and he did not hand in."""
    return list_schemas_having(
        schemas,
        "SELECT 1 FROM {schema}.legal_quiz_attempt WHERE submitted_at IS NULL AND deadline < %(now)s",
        now=timezone.now(),
    )


@every_site("*/5 * * * *", only=find_sites_with_overdue)
@site_task(queue="housekeeping")
def finish_attempts() -> int:
    """Mark attempts whose time is up by what was saved."""
    return finish_overdue(now=timezone.now())


def find_sites_with_old_imports(schemas: list[str]) -> list[str]:
    """Of these sites, those with imports that nobody confirmed."""
    return list_schemas_having(
        schemas,
        "SELECT 1 FROM {schema}.legal_quiz_bankimport WHERE made_at < %(old)s",
        old=timezone.now() - _IMPORTS_KEPT,
    )


@every_site("40 3 * * *", only=find_sites_with_old_imports)
@site_task(queue="housekeeping")
def forget_imports() -> int:
    """Drop what nobody confirmed within a day."""
    return BankImport.objects.filter(made_at__lt=timezone.now() - _IMPORTS_KEPT).delete()[0]
