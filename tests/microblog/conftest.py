"""Platforms that several files of tests speak to, each in a process of its own."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.microblog.fakes.running import Steering, running

HOUR_SECONDS = 20.0


@pytest.fixture(scope="session")
def wechat_server() -> Iterator[Steering]:
    with running("wechat", hour_seconds=HOUR_SECONDS) as url, Steering(url) as fake:
        yield fake


@pytest.fixture(scope="session")
def mastodon_server() -> Iterator[Steering]:
    with running("mastodon", hour_seconds=HOUR_SECONDS) as url, Steering(url) as fake:
        yield fake


@pytest.fixture
def wechat(wechat_server: Steering, settings: Any) -> Iterator[Steering]:
    """WeChat as new; hours are `HOUR_SECONDS` there and here."""
    settings.MICROBLOG_HOUR_SECONDS = HOUR_SECONDS
    yield wechat_server
    wechat_server.reset()


@pytest.fixture
def mastodon(mastodon_server: Steering, settings: Any) -> Iterator[Steering]:
    """A Mastodon instance as new; hours are `HOUR_SECONDS` there and here."""
    settings.MICROBLOG_HOUR_SECONDS = HOUR_SECONDS
    yield mastodon_server
    mastodon_server.reset()
