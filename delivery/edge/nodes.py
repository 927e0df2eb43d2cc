"""The one module that speaks with Varnish nodes: `PURGE` with the tags in a header (deploy/varnish/sitecluster.vcl)."""

from collections.abc import Iterable

import urllib3

from delivery.edge.headers import pack_keys
from delivery.purge import EVERYTHING

_TIMEOUT = urllib3.Timeout(connect=1.0, read=2.0)
_HEADER = "xkey-purge"


class EdgeProblem(Exception):
    """The node did not say yes: it is away, slow, or refuses."""


def purge(address: str, tags: Iterable[str]) -> None:
    """Let the node drop what carries one of the tags; with the tag of everything, all it has. Raises EdgeProblem."""
    distinct = list(dict.fromkeys(tags))
    lines = [EVERYTHING] if EVERYTHING in distinct else pack_keys(distinct)
    with urllib3.PoolManager(maxsize=1, retries=False, timeout=_TIMEOUT) as pool:
        for line in lines:
            _send(pool, address, line)


def flush(address: str) -> None:
    """Let the node drop all it has, pages and files. Raises EdgeProblem."""
    purge(address, [EVERYTHING])


def _send(pool: urllib3.PoolManager, address: str, line: str) -> None:
    try:
        answer = pool.request("PURGE", f"{address}/", headers={_HEADER: line}, redirect=False)
    except urllib3.exceptions.HTTPError as error:
        raise EdgeProblem(f"{type(error).__name__}: {error}") from error
    if answer.status != 200:
        raise EdgeProblem(f"HTTP {answer.status}")
