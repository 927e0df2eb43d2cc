"""State of the parts that a web process needs, for load balancers and people on call."""

from django.db import DatabaseError
from django.http import JsonResponse

from tenants.connection import connection


def health_answer() -> JsonResponse:
    """200 with `{"status": "ok", "parts": {...}}`, or 503 naming the part that is away. Names no site."""
    parts = {"database": _database_state()}
    healthy = all(state == "ok" for state in parts.values())
    response = JsonResponse(
        {"status": "ok" if healthy else "unavailable", "parts": parts}, status=200 if healthy else 503
    )
    response.headers["Cache-Control"] = "no-store"
    return response


def _database_state() -> str:
    try:
        connection.set_schema_to_public()
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        # The answer itself is the report; the reason stands in the database's own log.
        return "unavailable"
    return "ok"
