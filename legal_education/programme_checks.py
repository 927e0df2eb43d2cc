"""Checks of programmes' issues before publication: something to hear, see or read, and words for those who cannot."""

from collections.abc import Iterator

from legal_education.models import EpisodePage, Medium, PaperIssuePage, ProgrammePage, ReadingState
from legal_education.papers.sheets import find_reading
from site_core.publication_checks import Draft, Finding, Severity, register_check

_UNUSUAL = {"audio/wav": "WAV", "video/webm": "WebM"}
_SMALLEST_COVER = 1400


def register_own_checks() -> None:
    """Called once, when the app is ready."""
    register_check(EpisodePage, check_recording)
    register_check(EpisodePage, check_words)
    register_check(EpisodePage, check_podcast_type)
    register_check(PaperIssuePage, check_sheets)
    register_check(PaperIssuePage, check_sheet_texts)
    register_check(ProgrammePage, check_facts)
    register_check(ProgrammePage, check_cover)


def _is_film(draft: Draft) -> bool:
    return getattr(draft.column, "medium", "") == Medium.TELEVISION


def check_recording(draft: Draft) -> Iterator[Finding]:
    """Radio needs its recording; television that, or a page of the outlet's."""
    page = draft.page
    if page.media_id:
        return
    if not _is_film(draft):
        yield Finding(Severity.MUST, "播出内容", "没有音频文件。", "请选择或上传 MP3、M4A 或 WAV 文件。", "media")
    elif not page.outlet_url:
        hint = "请上传 MP4 或 WebM 文件，或者填写播出机构网址。"
        yield Finding(Severity.MUST, "播出内容", "没有视频文件，也没有播出机构网址。", hint, "media")


def check_words(draft: Draft) -> Iterator[Finding]:
    """Those who cannot hear need the words (GB/T 37668): captions or a transcript of a film, a transcript of a broadcast."""
    page = draft.page
    if page.transcript or (_is_film(draft) and page.captions_id and page.media_id):
        return
    what = "没有字幕，也没有文字稿。" if _is_film(draft) else "没有文字稿。"
    hint = "听不到声音的读者靠它了解内容，必填。"
    yield Finding(Severity.MUST, "文字稿", what, hint, "transcript")


def check_podcast_type(draft: Draft) -> Iterator[Finding]:
    """Types that browsers play and podcast clients often do not."""
    name = _UNUSUAL.get(draft.page.media_type)
    if name:
        hint = "播客软件大多只认 MP3、M4A 和 MP4，建议转换后再上传。"
        yield Finding(Severity.SHOULD, "播出内容", f"文件是 {name} 格式。", hint, "media")


def check_sheets(draft: Draft) -> Iterator[Finding]:
    """An issue has pages to look at."""
    page = draft.page
    if page.scans.count():
        return
    if not page.pdf_id:
        yield Finding(Severity.MUST, "版面", "没有版面。", "请上传 PDF，或者按版次添加图片。", "pdf")
        return
    reading = find_reading(page)
    if reading is not None and reading.state == ReadingState.FAILED:
        yield Finding(Severity.MUST, "版面", f"{reading.problem}。", "", "pdf")
    elif reading is None or reading.state == ReadingState.WAITING:
        yield Finding(Severity.SHOULD, "版面", "版面还在生成。", "发布后读者先看到 PDF，几分钟后看到版面。", "pdf")


def check_sheet_texts(draft: Draft) -> Iterator[Finding]:
    """Scans without text are found by nobody, and read by no screen reader."""
    silent = [str(number) for number, scan in enumerate(draft.page.scans.all(), 1) if not scan.text.strip()]
    if silent:
        hint = "填写后可以搜到，看不到图片的读者也能读。"
        yield Finding(Severity.SHOULD, "版面图片", f"第 {'、'.join(silent)} 版没有文字。", hint, "scans")


def check_facts(draft: Draft) -> Iterator[Finding]:
    """Readers want to know where and when."""
    page = draft.page
    missing = [
        label for label, value in (("播出（刊载）机构", page.outlet), ("播出（刊出）时间", page.schedule)) if not value
    ]
    if missing and page.medium != Medium.WEB:
        yield Finding(Severity.SHOULD, "节目", f"没有填写{'、'.join(missing)}。", "读者靠它收听、收看和订阅。")


def check_cover(draft: Draft) -> Iterator[Finding]:
    """A podcast's cover is a large square (Apple's rule)."""
    page = draft.page
    cover = page.cover
    if page.is_recorded and cover is not None and min(cover.width, cover.height) < _SMALLEST_COVER:
        hint = "播客改用默认封面；请换用不小于 1400×1400 像素的图片。"
        yield Finding(Severity.SHOULD, "封面", f"封面只有 {cover.width}×{cover.height} 像素。", hint, "cover")
