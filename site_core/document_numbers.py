"""Numbers of official documents: 文号 in one style of brackets, and the gap-free sequence of 索引号.

索引号 is `<organ code>/<year>-<serial>`, 20 characters with nine and five (国办秘书局《政府信息公开目录系统实施指引（试行）》):
made by the program, the same for ever, whoever publishes the document later.
"""

import re

from django.core.exceptions import ValidationError
from django.db import connection

_YEAR_IN_BRACKETS = re.compile(r"[〔\[［(（【](\d{4})[〕\]］)）】]")
_DIGITS = str.maketrans("０１２３４５６７８９", "0123456789")


class IndexNumberUnavailable(ValidationError):
    """The site has no organ code yet, so no 索引号 can be given."""


def normalise_document_number(text: str) -> str:
    """The 文号 without blanks, its year in 〔〕, its digits half-width; '' for ''."""
    return _YEAR_IN_BRACKETS.sub(r"〔\1〕", re.sub(r"\s", "", text).translate(_DIGITS))


def find_index_number(page_id: int | None) -> str:
    """The 索引号 that the database holds for the page; '' while it has none."""
    from site_core.models import DocumentPage

    row = DocumentPage.objects.filter(pk=page_id).values_list("index_number", flat=True).first() if page_id else ""
    return row or ""


def take_index_number(year: int) -> str:
    """The next 索引号 of the current site and year. Raises IndexNumberUnavailable.

    Must run in the transaction that publishes: what is rolled back gives its number back, so there is no gap.
    """
    from site_core.models import IndexNumberYear
    from site_core.selectors import get_details

    details = get_details()
    if not details.organ_code:
        raise IndexNumberUnavailable("请先在“设置—网站信息”中填写机构代码，再发布政策文件。")
    if not connection.in_atomic_block:
        raise RuntimeError("an index number is taken in the transaction that publishes its document")
    IndexNumberYear.objects.get_or_create(year=year)
    row = IndexNumberYear.objects.select_for_update().get(year=year)
    row.last += 1
    row.save(update_fields=["last"])
    return f"{details.organ_code}/{year}-{row.last:0{details.serial_digits}d}"
