"""nginx serves a mirror alone, with the configuration that we ship: pages, lists, files, and politely what it cannot do."""

import http.client
import os
import pwd
import re
import shutil
import socket
import subprocess
import time
from pathlib import Path
from urllib.parse import quote

import pytest
from django.db import transaction

from delivery.cache import keys
from delivery.mirror.folder import MirrorFolder
from delivery.mirror.making import make_mirror
from site_core.selectors import get_column
from tenants.current import enter_site
from tenants.models import Organisation
from tests.delivery.mirror_scene import Scene, attach
from tests.factories import make_article, make_column, path_of
from tests.site_core.page_samples import make_article_with_everything

ROOT = Path(__file__).resolve().parents[2]
HOST, OTHER = "liuhu.kongtong.sfj.localhost", "aid.sfj.localhost"


class Nginx:
    """The server of `deploy/nginx-mirror.conf` on a free port of loopback."""

    def __init__(self, mirrors: Path, work: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        text = (ROOT / "deploy" / "nginx-mirror.conf").read_text()
        text = text.replace("127.0.0.1:8002", f"127.0.0.1:{self.port}").replace(
            "/var/lib/sitecluster/mirror", str(mirrors)
        )
        user = pwd.getpwuid(os.getuid()).pw_name
        (work / "nginx.conf").write_text(
            f"user {user}; daemon off; pid {work}/pid; error_log {work}/error.log; worker_processes 1; events {{}}\n"
            f"http {{ access_log off; include /etc/nginx/mime.types; map_hash_bucket_size 256;\n"
            f'map $host $site_schema {{ default "-"; {HOST} liuhu; {OTHER} aid; }}\n{text} }}\n'
        )
        self.binary = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin") or "nginx"
        self.command = [self.binary, "-c", str(work / "nginx.conf"), "-e", str(work / "error.log")]
        subprocess.run([*self.command, "-t", "-q"], check=True)
        self.process = subprocess.Popen(self.command)
        self._wait()

    def _wait(self) -> None:
        for _ in range(100):
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
            except OSError:
                time.sleep(0.02)
            else:
                return

    def ask(self, path, host=HOST, method="GET", **headers):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request(method, path, headers={"Host": host, **headers})
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()
        finally:
            connection.close()

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(timeout=10)


@pytest.mark.needs("nginx")
def test_nginx_serves_the_mirror_alone(db, tmp_path, client_of):
    site, other = (Organisation.objects.get(schema_name=name) for name in ("liuhu", "aid"))
    scene = Scene(site, other, MirrorFolder(tmp_path / "mirrors" / "liuhu"))
    page = make_article(site, "第一则")
    document = attach(site, page, "申领表.docx", b"public bytes")
    hidden = path_of(site, make_article(site, "内部", private=True))
    make_column(site, "local", page_size=5)
    for number in range(6):
        make_article(site, f"通知{number}", column="local")
    with enter_site(site), transaction.atomic():
        rich = path_of(site, make_article_with_everything(get_column("gzdt")))
    make_mirror(site, scene.folder)
    client = client_of(site)
    (tmp_path / "secret.txt").write_text("secret")
    nginx = Nginx(tmp_path / "mirrors", tmp_path)
    try:
        for path in ("/", "/tzgg/", "/local/?page=2", path_of(site, page), rich, "/tzgg/feed.xml", "/robots.txt"):
            status, headers, body = nginx.ask(path)
            live = client.get(path)
            assert (status, body) == (200, live.content), path
            assert headers["Content-Type"].partition(";")[0] == live["Content-Type"].partition(";")[0], path
            assert headers["X-Served-From"] == "mirror"
            for name in (
                "Content-Security-Policy",
                "X-Content-Type-Options",
                "X-Frame-Options",
                "Referrer-Policy",
                "Permissions-Policy",
            ):
                if name != "Content-Security-Policy" or "html" in live["Content-Type"]:
                    assert sorted(headers[name].split("; ")) == sorted(live[name].split("; ")), (path, name)
        check_files(nginx, client, site, document, rich, path_of(site, page))
        check_absent(nginx, hidden)
    finally:
        nginx.stop()


def check_files(nginx, client, site, document, rich, plain):
    for link in sorted(
        set(re.findall(r'(?:src|href)="(/(?:media|static|theme)/[^"]+)"', client.get(rich).content.decode()))
    ):
        status, headers, body = nginx.ask(link)
        assert status == 200, link
        assert body, link
    path = f"/documents/{document.pk}/{quote(document.filename)}"
    status, headers, body = nginx.ask(path)
    assert (status, body) == (200, b"public bytes")
    assert headers["Content-Disposition"] == f"attachment; filename*=UTF-8''{quote(document.filename)}"
    assert "sandbox" in headers["Content-Security-Policy"]
    status, headers, body = nginx.ask(f"/share/qr.svg?path={plain}")
    assert (status, headers["Content-Type"].partition(";")[0]) == (200, "image/svg+xml")
    assert b"<svg" in body
    # As the list's own form sends it, and as others link to it.
    assert nginx.ask("/local/?q=&page=2&utm_source=x")[2] == client.get("/local/?page=2").content
    assert nginx.ask("/favicon.ico")[1]["Content-Type"].startswith("image/svg+xml")
    status, headers, _ = nginx.ask("/local?page=2")
    assert (
        status,
        headers["Location"].rpartition("/")[0].endswith("/local"),
        headers["Location"].rpartition("/")[2],
    ) == (301, True, "?page=2")
    assert nginx.ask("/", **{"Accept-Encoding": "gzip"})[1]["Content-Encoding"] == "gzip"
    assert nginx.ask("/", method="HEAD")[0] == 200


def check_absent(nginx, hidden):
    polite = [("/search/?q=x", "GET"), ("/admin/", "GET"), ("/api/search/", "GET"), ("/leave/?to=https://x.example/", "GET"),
              ("/local/?q=x", "GET"), ("/?elder=1", "GET"), ("/local/?year=1999", "GET"), ("/tzgg/", "POST"), ("/search/", "POST")]  # fmt: skip
    for path, method in polite:
        status, headers, body = nginx.ask(path, method=method)
        assert (status, headers["Retry-After"]) == (503, "600"), (path, method)
        assert "搜索" in body.decode(), path
        assert headers["Cache-Control"] == "no-store"
    for path in (
        hidden,
        "/nowhere/",
        "/.mirror.sqlite3",
        "/404.html",
        "/away.html",
        "/documents/999/x.pdf",
        "/media/original_images/x.jpg",
    ):
        status, headers, body = nginx.ask(path)
        assert status == 404, path
        assert "没有找到" in body.decode()
    for path in (
        "/%2e%2e/secret.txt",
        "/../secret.txt",
        "/share/qr.svg?path=/../../../secret.txt",
        "/tzgg/?topic=%2e%2e%2f%2e%2e",
        "/tzgg/?page=/../../../secret.txt",
    ):
        assert b"secret" not in nginx.ask(path)[2], path
    status, headers, body = nginx.ask("/", host=OTHER)  # it has no mirror yet: away, not gone
    assert (status, headers["Retry-After"]) == (503, "600")
    assert "柳湖" not in body.decode()
    assert nginx.ask("/", host="unknown.example")[0] == 404


def test_nginx_knows_all_parameters_in_the_order_of_their_names():
    text = (ROOT / "deploy" / "nginx-mirror.conf").read_text()
    chain = "".join(f"${{mirror_{name}}}" for name in sorted(keys._PARAMETERS))
    assert f"try_files $uri{chain}/index.html" in text
    for name in keys._PARAMETERS:
        assert re.search(rf'map \$arg_{name} +\$mirror_{name} .*"/{name}=\$arg_{name}"', text), name
