"""A site's home page before a release and after it, as its readers would see it; nothing on the site changes.

The release is applied for real, in a transaction that is undone. What would outlast that is left alone: pictures are not
made in new sizes, jobs and mails wait for a commit that never comes.
"""

import re
from io import BytesIO
from urllib.parse import urljoin, urlsplit

from bs4 import BeautifulSoup, Tag
from django.contrib.auth.models import AnonymousUser
from django.core.handlers.wsgi import WSGIRequest
from django.db import OperationalError, transaction
from psycopg.errors import LockNotAvailable

from blueprints.applying import NotInStep, SiteBlocked
from blueprints.models import Release
from blueprints.rollouts import RolloutRefused, apply_to_current_site
from site_core.previewing import trying
from site_core.reader import USUAL
from site_core.selectors import get_home
from tenants.connection import connection
from tenants.current import enter_site, root_url
from tenants.models import Organisation
from tenants.selectors import get_organisation

_PATIENCE = "5s"
"""How long an editor who is saving may keep us waiting."""
_ADDRESSES = ("href", "src", "poster")
_LISTS_OF_ADDRESSES = ("srcset",)


class PreviewImpossible(RuntimeError):
    """The release cannot be applied on the site; the text is for the reader."""


def render_home(site: Organisation, release: Release | None) -> str:
    """HTML of the home page as it is, or as it would be under the release. Raises PreviewImpossible."""
    fresh = get_organisation(site.schema_name)  # what is read of a site is kept on its object
    with enter_site(fresh), trying():
        try:
            with transaction.atomic():
                if release is not None:
                    _apply(release)
                page = _render()
                transaction.set_rollback(True)
        finally:
            # The server session went back to the search path of before; this object would not know.
            connection.forget_search_path()
        return page


def _apply(release: Release) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL lock_timeout = '{_PATIENCE}'")
    try:
        apply_to_current_site(release)
    except SiteBlocked as blocked:
        raise PreviewImpossible("；".join(each.describe() for each in blocked.plan.obstacles)) from blocked
    except NotInStep as left:
        raise PreviewImpossible(f"应用后核对仍有差异：{left}") from left
    except RolloutRefused as refusal:
        raise PreviewImpossible(str(refusal)) from refusal
    except OperationalError as error:
        if isinstance(error.__cause__, LockNotAvailable):
            raise PreviewImpossible("网站正在被修改，请稍后再看。") from error
        raise


def _render() -> str:
    root = root_url()
    answer = get_home().serve(_make_request(root)).render()
    return _disarm(answer.content.decode(), f"{root}/")


def _make_request(root: str) -> WSGIRequest:
    """As it comes from a reader without any settings, past all middleware."""
    address = urlsplit(root)
    request = WSGIRequest(
        {
            "REQUEST_METHOD": "GET",
            "PATH_INFO": "/",
            "HTTP_HOST": address.netloc,
            "SERVER_NAME": address.hostname or "",
            "SERVER_PORT": str(address.port or ""),
            "wsgi.url_scheme": address.scheme,
            "wsgi.input": BytesIO(),
        }
    )
    request.user, request.reader = AnonymousUser(), USUAL  # type: ignore[attr-defined] # what the middleware sets
    return request


def _disarm(html: str, root: str) -> str:
    """Without scripts, links and forms that lead anywhere; pictures come from the site itself, styles from here."""
    soup = BeautifulSoup(html, "html.parser")
    for script in soup(["script", "noscript", "base"]):
        script.decompose()
    for link in soup.find_all(["a", "area"]):
        link.attrs.pop("href", None)
    for form in soup.find_all("form"):
        form.attrs.pop("action", None)
    for control in soup.find_all(["button", "input", "select", "textarea", "summary"]):
        control["tabindex"] = "-1"
    for source in soup.find_all("source", srcset=lambda value: bool(value) and value.startswith("data:")):
        source.decompose()  # the same picture as that of the `<img>`
    for each in soup.find_all(["img", "source", "video", "audio"]):
        _anchor(each, root)
    return str(soup)


def _anchor(tag: Tag, root: str) -> None:
    for name in _ADDRESSES:
        if str(tag.get(name, "")).startswith("/media/"):
            tag[name] = urljoin(root, str(tag[name]))
    for name in _LISTS_OF_ADDRESSES:
        if tag.get(name):
            parts = re.split(r",\s+", str(tag[name]))
            tag[name] = ", ".join(urljoin(root, part) if part.startswith("/media/") else part for part in parts)
