"""What was approved, as one number: the revision's content, and the files that it shows.

A picture can be replaced behind its id, so the hashes of files count as well. What Wagtail notes beside the content
(comments, times of saving) does not.
"""

import hashlib
import json
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.serializers.json import DjangoJSONEncoder
from wagtail.models import ReferenceIndex, Revision

from site_core.models import SiteDocument, SiteImage

_BESIDE_THE_CONTENT = frozenset(
    {
        *("latest_revision", "latest_revision_created_at", "live_revision", "has_unpublished_changes", "draft_title"),
        *("live", "locked", "locked_at", "locked_by", "wagtail_admin_comments", "owner", "expired", "alias_of"),
        *("first_published_at", "last_published_at", "path", "depth", "numchild", "url_path", "index_entries"),
        *("node_key", "locks", "section_rules"),
    }
)


def hash_revision(revision: Revision) -> str:
    """SHA-256 of the revision's content and of the files it refers to, as 64 hexadecimal digits."""
    content = {key: value for key, value in revision.content.items() if key not in _BESIDE_THE_CONTENT}
    return _digest({"content": content, "files": _list_files(revision.as_object())})


def hash_request(page_id: int, request: dict[str, Any]) -> str:
    """The same for a change of privacy: which page, and what is asked for."""
    return _digest({"page": page_id, "request": request})


def _digest(value: Any) -> str:
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), cls=DjangoJSONEncoder)
    return hashlib.sha256(text.encode()).hexdigest()


def _list_files(page: Any) -> list[tuple[str, str, str]]:
    """(model, id, hash of the file) of the pictures and documents that the page refers to, sorted."""
    references = {(row[0], row[1]) for row in ReferenceIndex._extract_references_from_object(page)}
    files: list[tuple[str, str, str]] = []
    for model in (SiteImage, SiteDocument):
        kind = ContentType.objects.get_for_model(model).pk
        ids = [object_id for type_id, object_id in references if type_id == kind]
        rows = model.objects.filter(pk__in=ids).values_list("pk", "file_hash") if ids else ()
        files += [(model.__name__, str(pk), file_hash) for pk, file_hash in rows]
    return sorted(files)
