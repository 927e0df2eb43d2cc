"""Our Chinese words over Wagtail's: what it leaves in English, compiled from `locale/` without gettext's tools.

Costs a look at two dates when nothing changed. The compiled files stand in `var/`, never in the repository.
"""

import os
from pathlib import Path
from tempfile import NamedTemporaryFile

from django.core.exceptions import ImproperlyConfigured

from .env import BASE_DIR, VAR_DIR

SOURCE_DIR = BASE_DIR / "locale"
COMPILED_DIR = VAR_DIR / "locale"


def compile_translations(source_dir: Path, compiled_dir: Path) -> None:
    """Write a `.mo` for each `.po` that is newer; raises ImproperlyConfigured where the folder may not be written."""
    for source in source_dir.glob("*/LC_MESSAGES/*.po"):
        target = compiled_dir / source.relative_to(source_dir).with_suffix(".mo")
        if is_outdated(target, source):
            _compile(source, target)


def is_outdated(target: Path, source: Path) -> bool:
    """Whether the compiled file is missing or older than what it was made of."""
    try:
        return target.stat().st_mtime < source.stat().st_mtime
    except FileNotFoundError:
        return True


def _compile(source: Path, target: Path) -> None:
    from babel.messages.mofile import write_mo  # not needed by a start that has nothing to do
    from babel.messages.pofile import read_po

    with source.open("rb") as text:
        catalogue = read_po(text)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        # Processes that start together each write a file of their own; the last one to finish replaces it whole.
        with NamedTemporaryFile(dir=target.parent, suffix=".part", delete=False) as part:
            write_mo(part, catalogue)
        Path(part.name).chmod(0o644)
        os.replace(part.name, target)
    except PermissionError as problem:
        raise ImproperlyConfigured(
            f"{target} is older than its source and may not be written: run `manage.py check` once as the owner of var/."
        ) from problem


compile_translations(SOURCE_DIR, COMPILED_DIR)
LOCALE_PATHS = [str(COMPILED_DIR)]
