"""Beacons as browsers send them, and what became of them."""

import io
from datetime import date

from delivery.models import PageViews, SiteVisits, VisitorMark
from delivery.visits.batch import Batch, Place, Visitor
from delivery.visits.flushing import Flusher
from delivery.visits.layer import VisitLayer

KONGTONG, JINGNING = "kongtong.sfj.localhost", "jingning.sfj.localhost"
BROWSER = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36"
)
DAY = date(2026, 3, 9)


def make_environ(body="path=%2Ftzgg%2F", host=KONGTONG, **changes):
    """A beacon from a page of the host. Changes are those of the environment; None takes a key away."""
    sent = body.encode()
    environ = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": "/visit/",
        "HTTP_HOST": host,
        "HTTP_ORIGIN": f"http://{host}",
        "HTTP_SEC_FETCH_SITE": "same-origin",
        "HTTP_USER_AGENT": BROWSER,
        "REMOTE_ADDR": "203.0.113.7",
        "CONTENT_TYPE": "application/x-www-form-urlencoded;charset=UTF-8",
        "CONTENT_LENGTH": str(len(sent)),
        "wsgi.input": io.BytesIO(sent),
        **changes,
    }
    return {name: value for name, value in environ.items() if value is not None}


def send(layer, environ):
    """(status, headers) of the answer."""
    said = {}

    def start_response(status, headers, exc_info=None):
        said.update(status=int(status.split()[0]), headers=dict(headers))

    b"".join(layer(environ, start_response))
    return said["status"], said["headers"]


def to_django(environ, start_response):
    """What stands behind the layer here."""
    start_response("418 teapot", [])
    return [b""]


class Counting:
    """A layer whose batch is looked into, and written by hand."""

    def __init__(self, **options):
        self.batch = Batch()
        self.flusher = Flusher(self.batch, **options)
        self.flusher._start = lambda: None
        self.layer = VisitLayer(to_django, flusher=self.flusher)

    def send(self, *args, **changes):
        """Status of the answer."""
        return send(self.layer, make_environ(*args, **changes))[0]


def place(path="/tzgg/", host=KONGTONG, day=DAY):
    return Place(day, host, path)


def reader(number=1):
    return Visitor(f"203.0.113.{number}", BROWSER)


def page_rows():
    """{(schema, page, day): views}"""
    rows = PageViews.objects.values_list("site__schema_name", "page_id", "day", "views")
    return {row[:3]: row[3] for row in rows}


def site_rows():
    """{(schema, day): (views, visitors)}"""
    rows = SiteVisits.objects.values_list("site__schema_name", "day", "views", "visitors")
    return {row[:2]: row[2:] for row in rows}


def count_marks():
    return VisitorMark.objects.count()
