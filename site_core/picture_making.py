"""The renditions that readers will ask for, made while a draft is written and reviewed.

A home page with new pictures takes two seconds otherwise, and whoever opens it first waits for them.
"""

import logging
from contextlib import suppress

from django.db import transaction
from procrastinate.exceptions import AlreadyEnqueued
from wagtail.images.models import SourceImageIOError
from wagtail.models import Revision

from site_core.checking.pieces import Piece, PieceKind, list_pieces
from site_core.models import BasePage, SiteImage
from site_core.picture_kinds import list_specs

logger = logging.getLogger(__name__)


def on_draft_saved(page_id: int, revision: Revision) -> None:
    """Order the pictures of a draft that somebody saved. What programs write in bulk (imports, rollouts) waits for readers."""
    from site_core.tasks import make_draft_pictures

    if revision.user_id is None or not _may_show_pictures(revision.content):
        return
    with suppress(AlreadyEnqueued), transaction.atomic():
        make_draft_pictures.defer(queueing_lock=f"pictures:{page_id}", page_id=page_id)


def _may_show_pictures(content: dict[str, object]) -> bool:
    """Without reading the page: blocks are kept as text, in which their names stand."""
    return bool(content.get("cover")) or any('"image"' in value for value in content.values() if isinstance(value, str))


def make_pictures(page: BasePage) -> int:
    """Make what is missing of the page's pictures, and of its cover wherever lists show it. Returns how many it has.

    Each rendition is kept as soon as it is made: whoever is stopped half-way goes on from there.
    """
    wanted = _list_wanted(page)
    for image, specs in wanted.values():
        try:
            image.get_renditions(*dict.fromkeys(specs))
        except SourceImageIOError:  # its file is gone, which readers of the page see as well
            logger.warning("the file of picture %s is gone", image.pk)
    return len(wanted)


def _list_wanted(page: BasePage) -> dict[int, tuple[SiteImage, list[str]]]:
    """By id, pictures with Wagtail's specifications of their renditions; one that stands twice has both uses.

    By id, since in blocks one picture with two descriptions is two that are not equal.
    """
    uses = [(page.cover, page.cover_kinds)]
    uses += [(piece.value, _kinds_at(piece)) for piece in list_pieces(page) if piece.kind == PieceKind.PICTURE]
    found: dict[int, tuple[SiteImage, list[str]]] = {}
    for image, kinds in uses:
        if image is not None:
            _, specs = found.setdefault(image.pk, (image, []))
            specs.extend(spec for kind in kinds for spec in list_specs(kind))
    return found


def _kinds_at(piece: Piece) -> tuple[str, ...]:
    """How the templates of blocks show the picture that stands there."""
    if piece.field == "sections":
        return ("lead",)
    if piece.path[-1] == ("struct", "poster"):
        return ("poster",)
    return ("gallery",) if any(container == "list" for container, _ in piece.path) else ("body",)
