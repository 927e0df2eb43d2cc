"""MP3: frames of MPEG audio, Layer III."""

from ..content import Content

# Layer III: kbit/s by index for MPEG 1 and for MPEG 2 and 2.5; Hz of MPEG 1 (ISO 11172-3 §2.4.2.3, ISO
# 13818-3).
_MP3_BITRATES = {
    3: (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    2: (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
_MP3_RATES = (44100, 48000, 32000)


def is_mp3(content: Content) -> bool:
    """Two frames that follow each other, behind an ID3v2 tag and its padding if there is one."""
    start = 0
    if content.head.startswith(b"ID3") and len(content.head) >= 10:
        length = sum((byte & 0x7F) << shift for byte, shift in zip(content.head[6:10], (21, 14, 7, 0), strict=True))
        start = 10 + length + (10 if content.head[5] & 0x10 else 0)
        padding = content.at(start, 8192)
        start += len(padding) - len(padding.lstrip(b"\0"))
    first = _mp3_frame_bytes(content.at(start, 4))
    return first > 0 and _mp3_frame_bytes(content.at(start + first, 4)) > 0


def _mp3_frame_bytes(header: bytes) -> int:
    """Length of the Layer III frame with this header; 0 if it is none (ADTS looks alike, but has layer 0)."""
    if len(header) < 4 or header[0] != 0xFF or header[1] & 0xE6 != 0xE2:
        return 0
    version, bitrate, rate = header[1] >> 3 & 3, header[2] >> 4, header[2] >> 2 & 3
    if version == 1 or rate == 3 or bitrate in (0, 15):
        return 0
    hertz = _MP3_RATES[rate] >> {3: 0, 2: 1, 0: 2}[version]
    kilobits = _MP3_BITRATES[3 if version == 3 else 2][bitrate]
    return (144 if version == 3 else 72) * kilobits * 1000 // hertz + (header[2] >> 1 & 1)
