"""The search server first, PostgreSQL at once where it fails: the reader gets an answer in the same request."""

import structlog

from search.engines.base import EngineProblem, Request, Retrieval
from search.engines.elastic import ElasticEngine
from search.engines.elastic_client import ServerLeftAlone
from search.engines.postgres import PostgresEngine
from search.index_work import has_waiting_removals

_log = structlog.get_logger(__name__)


class FallbackEngine:
    """Asks the server; what it does not answer in time or as it must, PostgreSQL answers. `name` says who did last."""

    def __init__(self) -> None:
        self._server = ElasticEngine()
        self._database = PostgresEngine()
        self.name = self._server.name

    def retrieve(self, request: Request) -> Retrieval:
        """Candidates, total and facets of the one that answers; the database while the server may count what is hidden."""
        if has_waiting_removals():
            self.name = self._database.name
            return self._database.retrieve(request)
        try:
            return self._server.retrieve(request)
        except EngineProblem as problem:
            return self._fall_back(problem).retrieve(request)

    def list_by_date(self, request: Request, start: int, count: int) -> list[int]:
        """Ids by date of the one that answered last."""
        if self.name == self._database.name:
            return self._database.list_by_date(request, start, count)
        try:
            return self._server.list_by_date(request, start, count)
        except EngineProblem as problem:
            return self._fall_back(problem).list_by_date(request, start, count)

    def _fall_back(self, problem: EngineProblem) -> PostgresEngine:
        if not isinstance(problem, ServerLeftAlone):
            _log.warning("search_fell_back", problem=str(problem)[:300])
        self.name = self._database.name
        return self._database
