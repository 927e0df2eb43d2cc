"""What the web process tells Varnish about a page, with Django behind it."""

import io
import queue
import sys
import threading
import time
from datetime import timedelta

import pytest
from django.core.wsgi import get_wsgi_application
from django.db import transaction
from django.utils import timezone

from delivery import wsgi
from delivery.cache.rendering import Rendered
from delivery.cache.store import PageStore
from delivery.edge import layer as edge_layer
from delivery.edge.headers import LONGEST_LINE, keeping_headers, to_key
from delivery.edge.layer import EdgeLayer
from tenants.current import enter_site
from tests.delivery.scene import connection_kept
from tests.delivery.varnish import free_port, run_varnish
from tests.factories import make_article, path_of

HOST = "kongtong.sfj.localhost"


def environ_of(path="/", query="", method="GET", **headers):
    return {
        "REQUEST_METHOD": method,
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "REMOTE_ADDR": "127.0.0.1",
        "SERVER_NAME": HOST,
        "SERVER_PORT": "80",
        "HTTP_HOST": HOST,
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": sys.stderr,
        **{f"HTTP_{name.upper()}": value for name, value in headers.items()},
    }


class Client:
    """Asks the layer; remembers headers as pairs, since tags come in several lines."""

    def __init__(self, layer):
        self.layer = layer

    def get(self, path="/", query="", **options):
        taken = []
        parts = self.layer(environ_of(path, query, **options), lambda *args: taken.extend(args))
        self.body = b"".join(parts)
        getattr(parts, "close", lambda: None)()
        self.status, self.headers = taken[0], [(name.lower(), value) for name, value in taken[1]]
        return self

    def all(self, name):
        return [value for key, value in self.headers if key == name]

    def one(self, name):
        (value,) = self.all(name)
        return value

    @property
    def is_kept(self):
        return self.one("surrogate-control").startswith("max-age=")


@pytest.fixture
def store():
    store = PageStore(0)
    store.open()
    return store


@pytest.fixture
def client(two_sites, store):
    with connection_kept():
        yield Client(EdgeLayer(get_wsgi_application(), store))


def test_page_is_given_with_its_tags_and_how_long_it_holds(client, two_sites):
    page = make_article(two_sites.a)
    answer = client.get(path_of(two_sites.a, page))
    assert answer.status == "200 OK"
    assert answer.is_kept
    assert {"*", f"page:kongtong:{page.pk}"} <= set(" ".join(answer.all("xkey")).split())
    assert abs(float(answer.one("x-checked-at")) - time.time()) < 5
    assert answer.one("cache-control") == "no-cache"
    assert answer.one("vary") == "Accept-Encoding, Cookie"
    assert answer.one("cache-status") == "sitecluster; fwd=uri-miss"
    assert answer.one("content-length") == str(len(answer.body))
    assert client.get(path_of(two_sites.a, page), method="HEAD").body == b""
    assert client.get(path_of(two_sites.a, page), if_none_match=f"W/{answer.one('etag')}").status == "304 Not Modified"


def test_nothing_is_kept_while_purges_are_not_heard(client, store):
    store.close()
    assert not client.get("/").is_kept
    store.open()
    assert client.get("/").is_kept


@pytest.mark.parametrize(("tags", "is_kept"), [(["*"], False), (["nav:kongtong"], False), (["nav:jingning"], True)])
def test_page_purged_while_it_was_rendered_is_not_kept(two_sites, store, tags, is_kept):
    def application(environ, start_response):
        parts = django(environ, start_response)
        store.purge(tags)
        return parts

    django = get_wsgi_application()
    with connection_kept():
        assert Client(EdgeLayer(application, store)).get("/").is_kept is is_kept


def test_404_is_kept_for_a_minute(client):
    answer = client.get("/meiyou/")
    assert answer.status.startswith("404")
    assert answer.one("surrogate-control") == "max-age=60"


def test_strange_parameters_do_not_get_into_a_page(client):
    clean, strange = client.get("/").body, client.get("/", "utm_source=evil").body
    assert strange == clean
    assert client.is_kept


def test_strange_parameters_at_no_page_are_left_to_django(client, two_sites):
    from wagtail.contrib.redirects.models import Redirect

    with enter_site(two_sites.a), transaction.atomic():
        Redirect.add_redirect("/index.php?id=5", "/tzgg/")
    answer = client.get("/index.php", "id=5")
    assert answer.status.startswith("301")
    assert not answer.is_kept


@pytest.mark.parametrize(
    "options",
    [
        {"cookie": "sessionid=abc"},
        {"path": "/admin/login/"},
        {"path": "/search/"},
        {"query": "q=1"},
        {"query": "elder=1"},
        {"path": "/account/x.css"},
        {"path": "/healthz"},
    ],
)
def test_what_is_for_one_reader_alone_is_not_kept(client, options):
    answer = client.get(**options)
    assert not answer.is_kept
    assert answer.all("xkey") == []
    assert answer.one("cache-status") == "sitecluster; fwd=bypass"


def test_private_page_is_not_kept(client, two_sites):
    page = make_article(two_sites.a, private=True)
    answer = client.get(path_of(two_sites.a, page))
    assert answer.status.startswith("302")
    assert not answer.is_kept


def made(*tags, until=None):
    return Rendered(200, "OK", (("Content-Type", "text/html"),), b"x", frozenset(tags), until, "")


def test_page_that_changes_by_itself_holds_until_then():
    soon = dict(keeping_headers(made("*", until=timezone.now() + timedelta(seconds=90))))
    assert soon["Surrogate-Control"] == "max-age=89"
    far = dict(keeping_headers(made("*", until=timezone.now() + timedelta(days=9))))
    assert far["Surrogate-Control"] == "max-age=86400"
    over = dict(keeping_headers(made("*", until=timezone.now() + timedelta(seconds=0.5))))
    assert over == {"Surrogate-Control": "no-store"}


def test_many_tags_take_several_lines_and_too_many_are_not_kept():
    tags = [f"page:kongtong:{number}" for number in range(1500)]
    lines = [value for name, value in keeping_headers(made(*tags)) if name == "xkey"]
    assert len(lines) > 5
    assert max(map(len, lines)) <= LONGEST_LINE
    assert set(" ".join(lines).split()) == set(tags)
    assert dict(keeping_headers(made(*tags, *[f"image:kongtong:{n}" for n in range(5000)]))) == {
        "Surrogate-Control": "no-store"
    }


def test_keys_hold_no_blank_and_no_comma():
    assert to_key("cross:a b,c\r\nx: 主题") == "cross:a%20b%2Cc%0D%0Ax:%20%E4%B8%BB%E9%A2%98"
    assert to_key("*") == "*"
    assert to_key("table:kongtong:site_core_x") == "table:kongtong:site_core_x"


def test_processes_tell_varnish_where_there_are_nodes(settings, monkeypatch):
    monkeypatch.setattr(wsgi.Listener, "start", lambda self: None)
    settings.VARNISH_NODES = ["http://127.0.0.1:1"]
    settings.PAGE_CACHE_BYTES = 0
    assert isinstance(wsgi.with_delivery(lambda environ, start: ()), edge_layer.EdgeLayer)


@pytest.mark.needs("varnish")
def test_through_varnish_a_publication_drops_its_pages_and_no_others(two_sites, store, tmp_path):
    """Django, the layer and a real node; purges as the jobs send them."""
    from werkzeug.serving import make_server

    from delivery.edge import nodes

    own, other = make_article(two_sites.a, "一则"), make_article(two_sites.b, "另一则")
    paths = path_of(two_sites.a, own), path_of(two_sites.b, other)
    layer = OneThread(EdgeLayer(get_wsgi_application(), store))
    port = free_port()
    with run_varnish(tmp_path, port) as node, connection_kept():
        server = make_server("127.0.0.1", port, layer, threaded=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            ask_a = lambda: layer.during(lambda: node.ask(paths[0], host=HOST))  # noqa: E731 - shorter so
            ask_b = lambda: layer.during(lambda: node.ask(paths[1], host="jingning.sfj.localhost"))  # noqa: E731
            while ask_a().status != 200:  # the probe has not seen it yet
                pass
            ask_b()
            assert "hit" in ask_a().source
            with enter_site(two_sites.a), transaction.atomic():
                own.title = "改过的标题"
                own.save_revision().publish()
            nodes.purge(node.address, [f"page:kongtong:{own.pk}"])
            changed = ask_a()
            assert "改过的标题" in changed.text
            assert changed.source == "varnish; fwd=uri-miss; stored"
            assert "xkey" not in changed.headers
            assert "hit" in ask_b().source
        finally:
            server.shutdown()


class OneThread:
    """The application, run in the thread of the test, whose transaction holds the data; the server's threads wait for it."""

    def __init__(self, application):
        self.application = application
        self.asked = queue.Queue()

    def __call__(self, environ, start_response):
        if environ["PATH_INFO"] == "/healthz":
            start_response("200 OK", [])
            return [b""]
        done = threading.Event()
        answer = []
        self.asked.put((environ, answer, done))
        done.wait(10)
        status, headers, body = answer
        start_response(status, headers)
        return [body]

    def during(self, work):
        """What the work returns, while it is answered here."""
        found = []
        thread = threading.Thread(target=lambda: found.append(work()))
        thread.start()
        while thread.is_alive():
            try:
                environ, answer, done = self.asked.get(timeout=0.01)
            except queue.Empty:
                continue
            self._answer(environ, answer)
            done.set()
        return found[0]

    def _answer(self, environ, answer):
        parts = self.application(environ, lambda *args: answer.extend(args[:2]))
        answer.append(b"".join(parts))
