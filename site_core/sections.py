"""Sections that a home page may be made of: a registry, so that other apps add theirs. Blueprints name them by key.

What is registered after the first page was loaded is refused: editors would see it in one process and not in the next.
"""

from wagtail.blocks import Block

_sections: dict[str, Block] = {}
_is_closed = False


class SectionRefused(ValueError):
    """A key that is taken, or a section that comes too late."""


def register_section(key: str, block: Block) -> None:
    """Offer the block as a section of home pages under that key. Raises SectionRefused."""
    if _is_closed:
        raise SectionRefused(f"section {key!r} is registered after the sections were read: do it in AppConfig.ready()")
    if key in _sections:
        raise SectionRefused(f"section {key!r} is registered already")
    _sections[key] = block


def list_sections() -> list[tuple[str, Block]]:
    """(key, block) of all sections in the order of their registration; closes the registry."""
    global _is_closed  # noqa: PLW0603 - one registry a process
    _is_closed = True
    return list(_sections.items())


def list_section_keys() -> list[str]:
    """Keys of all sections so far; leaves the registry open."""
    return list(_sections)
