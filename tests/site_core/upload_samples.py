"""Files to upload: one whole file of each accepted kind, and pictures that know where they were taken."""

import io
import struct
import wave
import zipfile
from collections.abc import Sequence

from PIL import Image, ImageCms

SECRET = "崆峒山 35.5N 106.6E"


def upload(content: bytes, name: str) -> io.BytesIO:
    file = io.BytesIO(content)
    file.name = name
    return file


def gradient(mode="RGB", size=(64, 48)) -> Image.Image:
    red = Image.linear_gradient("L").resize(size)
    return Image.merge("RGB", (red, red.rotate(180), red.transpose(Image.Transpose.FLIP_LEFT_RIGHT))).convert(mode)


def picture(kind: str, image: Image.Image | None = None, **options) -> bytes:
    out = io.BytesIO()
    (image or gradient()).save(out, kind, **options)
    return out.getvalue()


def zipped(members: dict[str, bytes | str], method=zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


MAIN = "application/vnd.openxmlformats-officedocument."
PARTS = {
    "docx": ("word/document.xml", MAIN + "wordprocessingml.document.main+xml"),
    "xlsx": ("xl/workbook.xml", MAIN + "spreadsheetml.sheet.main+xml"),
    "pptx": ("ppt/presentation.xml", MAIN + "presentationml.presentation.main+xml"),
}
TYPES = (
    '<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/'
    'content-types"><Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/{part}" ContentType="{kind}"/></Types>'
)


def office(kind: str, main_type: str | None = None, **more: str) -> bytes:
    part, usual = PARTS[kind]
    types = TYPES.format(part=part, kind=main_type or usual)
    return zipped({"[Content_Types].xml": types, part: "<x/>", **more})


def compound(root: list[str], nested: Sequence[str] = ()) -> bytes:
    """A compound file of three sectors: header, table, directory (at most 3 names below the root)."""
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    header += struct.pack("<HHHHH6xIIIIIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, 1, 1, 0, 4096, *[0xFFFFFFFE, 0] * 2)
    header += struct.pack("<109I", 0, *[0xFFFFFFFF] * 108)
    table = struct.pack("<128I", 0xFFFFFFFD, 0xFFFFFFFE, *[0xFFFFFFFF] * 126)
    free = 0xFFFFFFFF
    entries = [entry("Root Entry", 5, child=1)]
    for index, name in enumerate(root, 1):
        right = index + 1 if index < len(root) else free
        child = len(root) + 1 if nested and index == len(root) else free
        entries.append(entry(name, 1 if child != free else 2, right=right, child=child))
    entries += [entry(name, 2) for name in nested]
    return header + table + b"".join(entries).ljust(512, b"\0")


def entry(name: str, kind: int, right=0xFFFFFFFF, child=0xFFFFFFFF) -> bytes:
    data = name.encode("utf-16-le") + b"\0\0"
    head = data.ljust(64, b"\0") + struct.pack("<HBBIII", len(data), kind, 1, 0xFFFFFFFF, right, child)
    return head.ljust(128, b"\0")


def box(kind: bytes, *content: bytes) -> bytes:
    body = b"".join(content)
    return struct.pack(">I", len(body) + 8) + kind + body


def mp4(*tracks: bytes, brand=b"isom") -> bytes:
    handlers = [box(b"trak", box(b"mdia", box(b"hdlr", bytes(8), track, bytes(12)))) for track in tracks]
    return box(b"ftyp", brand, bytes(4), brand) + box(b"moov", *handlers) + box(b"mdat", b"\x01" * 50)


def mp3(tag: bytes = b"") -> bytes:
    frame = b"\xff\xfb\x90\x00".ljust(417, b"\x55")  # MPEG 1, Layer III, 128 kbit/s, 44,100 Hz
    return tag + frame * 4


def wav() -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as sound:
        sound.setparams((1, 2, 8000, 0, "NONE", ""))
        sound.writeframes(bytes(400))
    return out.getvalue()


ID3 = b"ID3\x04\x00\x00\x00\x00\x01\x00" + b"TIT2".ljust(128, b"\0")
EBML = b"\x1a\x45\xdf\xa3\x8b\x42\x82\x84%s\x42\x87\x81\x04"
SEGMENT = b"\x18\x53\x80\x67\xff" + bytes(40)
WEBM = EBML % b"webm" + SEGMENT
PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\nstartxref\n9\n%%EOF\n"
OFD = zipped(
    {
        "OFD.xml": '<ofd:OFD xmlns:ofd="http://www.ofdspec.org/2016" Version="1.1"/>',
        "Doc_0/Document.xml": "<x/>",
    }
)
WHOLE = {
    "jpg": picture("JPEG"), "png": picture("PNG"), "gif": picture("GIF"), "webp": picture("WEBP"),
    "avif": picture("AVIF"), "pdf": PDF, "docx": office("docx"), "xlsx": office("xlsx"),
    "pptx": office("pptx"), "doc": compound(["WordDocument"]), "xls": compound(["Workbook"]),
    "ppt": compound(["PowerPoint Document"]), "ofd": OFD, "txt": "通知公告\r\n".encode(),
    "csv": "姓名,数量\n张某,1\n".encode("gb18030"),
    "vtt": "WEBVTT\n\n00:00.000 --> 00:02.000\n您好\n".encode(),
    "zip": zipped({"通知.txt": "通知"}), "mp3": mp3(ID3), "m4a": mp4(b"soun", brand=b"M4A "), "wav": wav(),
    "mp4": mp4(b"soun", b"vide"), "webm": WEBM,
}  # fmt: skip
PICTURES = ("jpg", "png", "gif", "webp", "avif")


def located_exif(orientation: int = 6) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010E] = "Kongtong 35.5N"
    position = exif.get_ifd(0x8825)
    position[1], position[2] = "N", (35.0, 32.0, 33.0)
    position[3], position[4] = "E", (106.0, 40.0, 1.0)
    return exif.tobytes()


def profile() -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


XMP = f"<x:xmpmeta><exif:GPSLatitude>{SECRET}</exif:GPSLatitude></x:xmpmeta>".encode()
LOCATED = {
    "jpg": picture("JPEG", exif=located_exif(), xmp=XMP, icc_profile=profile(), comment=SECRET.encode(), quality=88),
    "png": picture("PNG", exif=located_exif(), icc_profile=profile()),
    "webp": picture("WEBP", exif=located_exif(), xmp=XMP, icc_profile=profile(), quality=88),
    "avif": picture("AVIF", exif=located_exif(), xmp=XMP, icc_profile=profile()),
    "gif": picture("GIF", comment=SECRET.encode(), xmp=XMP),
}
