"""Who is no reader: robots that say so themselves."""

from functools import lru_cache

from crawleruseragents import is_crawler


@lru_cache(maxsize=2048)
def is_robot(user_agent: str) -> bool:
    """Whether the browser's name is empty, or one of the list of known robots."""
    return not user_agent.strip() or is_crawler(user_agent)
