"""How much is too much: bytes, pixels, members of a container."""

from dataclasses import dataclass

from .kinds import FAMILIES, Family

MEGABYTE = 1024 * 1024
MAX_IMAGE_BYTES = 20 * MEGABYTE
MAX_DOCUMENT_BYTES = 50 * MEGABYTE
MAX_AUDIO_BYTES = 100 * MEGABYTE
MAX_VIDEO_BYTES = 500 * MEGABYTE
MAX_ARCHIVE_BYTES = 100 * MEGABYTE
MAX_PIXELS = 50_000_000  # what a phone's camera gives at its best; 200 MB in memory at four bytes each
MAX_ANIMATED_PIXELS = 10 * MAX_PIXELS  # over all frames, one at a time
MAX_UNPACKED_BYTES = 1024 * MEGABYTE
MAX_UNPACKED_RATIO = 200  # office files reach 50; deflate ends at 1,032
MAX_MEMBERS = 10_000
# A sum this small harms nobody at any ratio, and small XML is often very repetitive.
HARMLESS_UNPACKED_BYTES = 10 * MEGABYTE


@dataclass(frozen=True)
class Limits:
    """Bytes by family, pixels of a picture and of all its frames, and what a zip container may hold."""

    image: int = MAX_IMAGE_BYTES
    document: int = MAX_DOCUMENT_BYTES
    audio: int = MAX_AUDIO_BYTES
    video: int = MAX_VIDEO_BYTES
    archive: int = MAX_ARCHIVE_BYTES
    pixels: int = MAX_PIXELS
    animated_pixels: int = MAX_ANIMATED_PIXELS
    unpacked: int = MAX_UNPACKED_BYTES
    ratio: int = MAX_UNPACKED_RATIO
    members: int = MAX_MEMBERS

    def of(self, family: Family | None) -> int:
        """The limit in bytes of `family`; of the largest one where the family is unknown."""
        return int(getattr(self, family)) if family else max(int(getattr(self, name)) for name in FAMILIES)


DEFAULT_LIMITS = Limits()


def megabytes(count: int) -> str:
    """A number of bytes as people read it."""
    return f"{count / MEGABYTE:.1f} MB" if count >= MEGABYTE / 10 else f"{count} 字节"
