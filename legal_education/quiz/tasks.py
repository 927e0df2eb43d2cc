"""Jobs of quizzes."""

from datetime import timedelta

from django.db import connection
from django.utils import timezone
from psycopg import sql

from legal_education.quiz.models import BankImport
from legal_education.quiz.taking.actions import finish_overdue
from tenants.jobs import every_site, site_task

_IMPORTS_KEPT = timedelta(days=1)
_HAS_OVERDUE = sql.SQL(
    "SELECT {name} WHERE EXISTS"
    " (SELECT 1 FROM {schema}.legal_quiz_attempt WHERE submitted_at IS NULL AND deadline < %(now)s)"
)
_HAS_OLD_IMPORTS = sql.SQL(
    "SELECT {name} WHERE EXISTS (SELECT 1 FROM {schema}.legal_quiz_bankimport WHERE made_at < %(old)s)"
)


def _find_sites(schemas: list[str], part: sql.SQL) -> list[str]:
    if not schemas:
        return []
    query = sql.SQL(" UNION ALL ").join(part.format(name=sql.Literal(s), schema=sql.Identifier(s)) for s in schemas)
    with connection.cursor() as cursor:
        cursor.execute(query, {"now": timezone.now(), "old": timezone.now() - _IMPORTS_KEPT})
        return [row[0] for row in cursor.fetchall()]


def find_sites_with_overdue(schemas: list[str]) -> list[str]:
    """Of these sites, those where somebody's time was up and he did not hand in."""
    return _find_sites(schemas, _HAS_OVERDUE)


@every_site("*/5 * * * *", only=find_sites_with_overdue)
@site_task(queue="housekeeping")
def finish_attempts() -> int:
    """Mark attempts whose time is up by what was saved."""
    return finish_overdue(now=timezone.now())


def find_sites_with_old_imports(schemas: list[str]) -> list[str]:
    """Of these sites, those with imports that nobody confirmed."""
    return _find_sites(schemas, _HAS_OLD_IMPORTS)


@every_site("40 3 * * *", only=find_sites_with_old_imports)
@site_task(queue="housekeeping")
def forget_imports() -> int:
    """Drop what nobody confirmed within a day."""
    return BankImport.objects.filter(made_at__lt=timezone.now() - _IMPORTS_KEPT).delete()[0]
