"""Two engines behind one interface. They find candidates and count; what is best among them is judged once, in `ranking`."""

from search.engines.base import Engine


def choose_engine() -> Engine:
    """The search server where the cluster has one, with PostgreSQL behind it; else PostgreSQL."""
    from django.conf import settings

    from search.engines.postgres import PostgresEngine

    if not settings.ELASTICSEARCH_URL:
        return PostgresEngine()
    from search.engines.fallback import FallbackEngine

    return FallbackEngine()
