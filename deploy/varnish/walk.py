"""The steps of deploy/try-varnish that need more than a shell: `start DIR`, `stop DIR` a PostgreSQL, `walk DIR PORT`."""

import http.client
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
HOSTS = ("sfj.localhost", "kongtong.sfj.localhost")
COUNTY = HOSTS[1]
VISIBLE_WITHIN_S = 1.0
_MOST_PAGES = 60
say = sys.stdout.write


class Answer(NamedTuple):
    """Of the edge."""

    status: int
    source: str
    text: str
    retry_after: str | None


def ask(port: int, host: str, path: str) -> Answer:
    """One reader's request through Varnish."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    connection.putrequest("GET", path, skip_host=True)
    connection.putheader("Host", host)
    connection.endheaders()
    got = connection.getresponse()
    text = got.read().decode(errors="replace")
    connection.close()
    return Answer(got.status, got.getheader("Cache-Status") or "", text, got.getheader("Retry-After"))


def wait_for(what: str, is_so: Callable[[], Any], seconds: float = 40.0) -> float:
    """How many seconds it took; ends the walk if it took too long."""
    begun = time.monotonic()
    while True:
        try:
            if is_so():
                return time.monotonic() - begun
        except OSError:
            pass
        if time.monotonic() - begun > seconds:
            raise SystemExit(f"{what}：{seconds:.0f} 秒内没有实现")
        time.sleep(0.01)


def fill(port: int) -> list[tuple[str, str]]:
    """Addresses that Varnish holds now: the home pages and what they link to."""
    held = []
    for host in HOSTS:
        found = re.findall(r'href="(/[^"#?]*)"', ask(port, host, "/").text)
        for path in ["/", *dict.fromkeys(found)][:_MOST_PAGES]:
            ask(port, host, path)
            answer = ask(port, host, path)
            if answer.status == 200 and "varnish; hit" in answer.source:
                held.append((host, path))
    return held


def publish(port: int, title: str) -> float:
    """Seconds from the commit until the article stands on its page, in its column and on the home page."""
    from django.db import transaction

    from site_core.actions import ArticleDraft, publish_article
    from site_core.selectors import get_column
    from tenants.current import enter_site

    with enter_site("kongtong"):
        with transaction.atomic():
            draft = ArticleDraft(title, [("paragraph", "<p>正文。</p>")])
            page = publish_article(get_column("tzgg"), draft)
            own = str(page.get_url())
        column = str(page.get_parent().get_url())
    paths = (own, column, "/")
    begun = time.monotonic()
    for path in paths:
        wait_for(f"{title} 出现在 {path}", lambda path=path: title in ask(port, COUNTY, path).text, 20)
    took = time.monotonic() - begun
    # Never stale afterwards, whatever is repeated in the background.
    until = time.monotonic() + 3
    while time.monotonic() < until:
        for path in paths:
            if title not in ask(port, COUNTY, path).text:
                raise SystemExit(f"{path} 又变回旧内容")
    return took


def postgres(action: str, data: Path) -> None:
    """Start or stop it from outside: the wheel's handle knows one start a process."""
    command = [sys.executable, "-W", "ignore", __file__, action, str(data)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)  # noqa: S603 - this file itself


def walk(data: Path, port: int) -> None:
    """Publication, outage, recovery."""
    import django

    os.environ["DJANGO_SETTINGS_MODULE"] = "site_core.settings"
    django.setup()
    from django.db import connection

    from delivery.models import EdgeNode

    wait_for("首页", lambda: ask(port, COUNTY, "/").status == 200)
    wait_for("节点首次清空", lambda: EdgeNode.objects.filter(must_flush=False).exists(), 90)
    held = fill(port)
    times = [publish(port, f"通知第{number}号") for number in range(1, 6)]
    slowest = max(times)
    say(f"发布后在自己的网页、栏目和首页上可见：最慢 {slowest:.2f} 秒（{len(times)} 次）\n")
    if slowest > VISIBLE_WITHIN_S:
        raise SystemExit(f"慢于 {VISIBLE_WITHIN_S} 秒")

    held = fill(port)
    connection.close()
    postgres("stop", data)
    wait_for("节点发现数据库已停", lambda: ask(port, COUNTY, "/account/").status == 503)
    lost = [(host, path) for host, path in held if ask(port, host, path).status != 200]
    away = ask(port, COUNTY, "/tzgg/?page=9")
    say(f"数据库停止：缓存的 {len(held)} 个网页中 {len(held) - len(lost)} 个照常，未缓存的得到 {away.status}\n")
    if lost or (away.status, away.retry_after is None) != (503, False):
        raise SystemExit(f"未能提供：{lost[:5]}，{away.status}，Retry-After {away.retry_after}")

    postgres("start", data)
    took = wait_for("恢复", lambda: ask(port, COUNTY, "/tzgg/?year=2020").status == 200)
    again = publish(port, "恢复后的通知")
    say(f"数据库恢复：{took:.1f} 秒后正常，随后发布 {again:.2f} 秒可见\n")


def main(action: str, data: str, *rest: str) -> None:
    """One of the three."""
    from tenants import embedded

    if action == "start":
        say(embedded.url_of(embedded.start(Path(data), for_tests=True)) + "\n")
    elif action == "stop":
        embedded.stop(Path(data))
    else:
        walk(Path(data), int(rest[0]))


if __name__ == "__main__":
    main(*sys.argv[1:])
