"""What people are told: what a file claims, what it is, and what to do about it."""

from .kinds import KINDS


class UploadRefused(Exception):
    """The file is not accepted; the message says in Chinese what it claims, what it is, and what to do."""


class ContentFault(Exception):
    """What is wrong with the content, as a predicate to follow the file's name."""


def incomplete() -> ContentFault:
    """The fault of a file that ends too early or contradicts itself."""
    return ContentFault("的内容不完整或已损坏。请用原来的软件打开并重新保存，再上传")


# fmt: off
LABELS = {
    "jpg": "JPEG 图片", "png": "PNG 图片", "gif": "GIF 图片", "webp": "WebP 图片", "avif": "AVIF 图片",
    "svg": "SVG 图片", "bmp": "BMP 图片", "tif": "TIFF 图片", "tiff": "TIFF 图片", "heic": "HEIC 图片",
    "psd": "PSD 图片", "pdf": "PDF 文档", "ofd": "OFD 文档", "rtf": "RTF 文档", "wps": "WPS 文档",
    "docx": "Word 文档", "xlsx": "Excel 表格", "pptx": "PowerPoint 演示文稿",
    "doc": "旧版 Word 文档", "xls": "旧版 Excel 表格", "ppt": "旧版 PowerPoint 演示文稿",
    "macro": "含宏的 Office 文档", "docm": "含宏的 Word 文档", "xlsm": "含宏的 Excel 表格",
    "pptm": "含宏的演示文稿",
    "encrypted": "加密的 Office 文档", "ooxml": "其他类型的 Office 文档", "ole": "其他类型的旧版 Office 文件",
    "txt": "纯文本", "csv": "CSV 表格", "vtt": "WebVTT 字幕", "html": "HTML 网页", "htm": "HTML 网页", "xml": "XML 文件",
    "js": "JavaScript 脚本", "php": "PHP 脚本", "sh": "脚本程序", "bat": "批处理脚本",
    "exe": "可执行程序", "dll": "可执行程序", "elf": "可执行程序", "class": "Java 程序",
    "zip": "ZIP 压缩文件", "rar": "RAR 压缩文件", "7z": "7z 压缩文件", "gz": "GZIP 压缩文件",
    "mp3": "MP3 音频", "m4a": "M4A 音频", "wav": "WAV 音频", "flac": "FLAC 音频",
    "mp4": "MP4 视频", "webm": "WebM 视频", "mkv": "MKV 视频", "mov": "MOV 视频", "avi": "AVI 视频",
    "unknown": "无法识别的内容",
}
# fmt: on
_ADVICE_FOR = {
    "请另存为 PNG 后再上传": "svg bmp psd tif tiff",
    "请另存为 JPG 后再上传": "heic",
    "请另存为 docx 或 PDF 后再上传": "rtf wps ole",
    "请另存为不含宏的 docx、xlsx 或 pptx 后再上传": "macro docm xlsm pptm",
    "请另存为普通的 docx、xlsx 或 pptx 后再上传": "ooxml",
    "请去掉打开密码后再上传": "encrypted",
    "请解压后重新压缩为 ZIP 再上传": "rar 7z gz",
    "请转换为 MP3 后再上传": "flac",
    "请转换为 MP4 后再上传": "mov mkv avi",
    "网站不接受程序、脚本和网页文件": "html htm xml js php sh bat exe dll elf class",
}
_ADVICE = {kind: advice for advice, kinds in _ADVICE_FOR.items() for kind in kinds.split()}
_ACCEPTED = "可以上传：" + "、".join(KINDS)


def mismatch(claimed: str, actual: str) -> str:
    """What the name claims, what the content is, what to do."""
    claim = f"的后缀表示{LABELS[claimed]}" if claimed in LABELS else "的后缀不在接受之列"
    said = claim if claimed else "没有后缀"
    if actual in KINDS and actual != "txt":
        advice = f"如果内容无误，请把后缀改为 .{actual} 再上传"
    else:
        # The content decides; of plain text and of what nobody knows, the name says more (a script is text).
        cause = claimed if actual in ("unknown", "txt") and claimed in _ADVICE else actual
        advice = _ADVICE.get(cause, f"请用原来的软件重新保存后再上传。{_ACCEPTED}")
    return f"{said}，内容是{LABELS[actual]}。{advice}"
