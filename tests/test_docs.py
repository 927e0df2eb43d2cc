"""The docs keep up with the code: settings, commands, checks, folders, pages and links. Asks no database."""

import argparse
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import load_command_class
from django.core.management.base import BaseCommand

ROOT = Path(__file__).resolve().parent.parent
APPS = (
    *("tenants", "accounts", "site_core", "themes", "search", "delivery", "review", "blueprints"),
    *("microblog", "legal_education"),
)
OPERATIONS = ROOT / "docs" / "operations.md"
LAYOUT = ROOT / "docs" / "layout.md"
README = ROOT / "README.md"
PAGES = sorted(
    [*ROOT.glob("*.md"), *(ROOT / "docs").glob("**/*.md"), *ROOT.glob("bench/*.md"), *ROOT.glob("deploy/*.md")]
)
WRITTEN = sorted([*PAGES, *(path for path in (ROOT / "deploy").glob("**/*") if path.is_file())])
DECISIONS = sorted((ROOT / "docs" / "decisions").glob("*.md"))
_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
_MACHINE_PATH = re.compile(r"(?<![\w.])/(?:work|root|tmp|home|Users)/\w*")


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def list_variables() -> list[str]:
    """Names of the environment that the code reads: in `env.py` by type, elsewhere by name."""
    typed = re.findall(r'\benv\.\w+\(\s*"([A-Z][A-Z0-9_]*)"', read(ROOT / "site_core" / "settings" / "env.py"))
    sources = (read(path) for app in APPS for path in (ROOT / app).glob("**/*.py"))
    plain = [name for text in sources for name in re.findall(r'\bos\.environ(?:\.get\(|\[)"([A-Z][A-Z0-9_]*)"', text)]
    named = [name for app in APPS for name in _list_named_variables(app)]
    return sorted({*typed, *plain, *named})


def _list_named_variables(app: str) -> Iterator[str]:
    for path in (ROOT / app).glob("**/*.py"):
        yield from re.findall(r'^[A-Z_]+_VARIABLE = "([A-Z][A-Z0-9_]*)"', read(path), re.MULTILINE)


def list_commands() -> list[tuple[str, str]]:
    """(app, command) of all that are ours."""
    return sorted(
        (app, path.stem)
        for app in APPS
        for path in (ROOT / app / "management" / "commands").glob("*.py")
        if not path.stem.startswith("_")
    )


def list_options(app: str, command: str) -> list[str]:
    """Our own long options of the command, without Django's."""
    usual = _long_options(BaseCommand().create_parser("manage.py", "usual"))
    inherited = (
        _long_options(load_command_class("django.core", command).create_parser("manage.py", command))
        if (command == "migrate")
        else set()
    )
    parser = load_command_class(app, command).create_parser("manage.py", command)
    return sorted(_long_options(parser) - usual - inherited)


def _long_options(parser: argparse.ArgumentParser) -> set[str]:
    """Those of its subcommands too."""
    own = {option for action in parser._actions for option in action.option_strings if option.startswith("--")}
    inner = [each for action in parser._actions if isinstance(action.choices, dict) for each in action.choices.values()]
    return own.union(*(_long_options(each) for each in inner))


def list_check_ids() -> list[str]:
    """Ids of all system checks of ours."""
    sources = (read(path) for app in APPS for path in (ROOT / app).glob("**/*.py"))
    return sorted({found for text in sources for found in re.findall(r'id="((?:\w+)\.[EWC]\d{3})"', text)})


def list_folders() -> list[str]:
    """Folders at the top that belong to the product."""
    kept_out = {"var", "node_modules"}
    return sorted(
        path.name
        for path in ROOT.iterdir()
        if path.is_dir() and not path.name.startswith((".", "_")) and path.name not in kept_out
    )


def list_targets(page: Path) -> list[str]:
    """Where the page's links lead, within the repository."""
    targets = (target.partition("#")[0] for target in _LINK.findall(read(page)))
    return [target for target in targets if target and not re.match(r"[a-z]+:", target)]


def has_word(word: str, text: str) -> bool:
    return re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", text) is not None


@pytest.mark.parametrize("variable", list_variables())
def test_environment_variable_stands_in_a_table_of_operations(variable: str):
    assert re.search(rf"^\| `{variable}` \|", read(OPERATIONS), re.MULTILINE), f"{variable}: add a row"


@pytest.mark.parametrize(("app", "command"), list_commands())
def test_command_and_its_options_stand_in_operations(app: str, command: str):
    row = re.search(rf"^\| `{command}\b[^\n]*", read(OPERATIONS), re.MULTILINE)
    assert row, f"{command}: add a row to the table of commands"
    missing = [option for option in list_options(app, command) if not has_word(option, row[0])]
    assert not missing, f"{command}: say what {missing} do"


@pytest.mark.parametrize("check_id", list_check_ids())
def test_system_check_stands_in_operations(check_id: str):
    assert re.search(rf"^\| `{re.escape(check_id)}` \|", read(OPERATIONS), re.MULTILINE), f"{check_id}: what to do?"


def test_no_row_outlives_its_variable_or_command():
    text = read(OPERATIONS)
    rows = set(re.findall(r"^\| `([A-Z][A-Z0-9_]{2,})` \|", text, re.MULTILINE))
    known = {*list_variables(), "LAWS", "PYTHON", "CI"}
    assert rows <= known, f"no code reads {sorted(rows - known)}"
    ids = set(re.findall(rf"^\| `((?:{'|'.join(APPS)})\.[EWC]\d{{3}})` \|", text, re.MULTILINE))
    assert ids == set(list_check_ids())


@pytest.mark.parametrize("folder", list_folders())
def test_folder_stands_in_the_layout(folder: str):
    assert f"`{folder}/`" in read(LAYOUT), f"docs/layout.md does not say what {folder}/ is for"


def test_every_page_of_the_docs_is_linked_from_the_readme_or_the_layout():
    linked = {(page.parent / target).resolve() for page in (README, LAYOUT) for target in list_targets(page)}
    lost = [str(page.relative_to(ROOT)) for page in (ROOT / "docs").glob("**/*.md") if page.resolve() not in linked]
    assert not lost


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_to_files_that_are_there(page: Path):
    lost = [target for target in list_targets(page) if not (page.parent / target).exists()]
    assert not lost


@pytest.mark.parametrize("file", WRITTEN, ids=lambda file: str(file.relative_to(ROOT)))
def test_no_path_of_somebodys_machine_is_written(file: Path):
    assert not _MACHINE_PATH.findall(read(file))


def test_decisions_are_numbered_without_a_gap():
    assert [int(path.name[:4]) for path in DECISIONS] == list(range(1, len(DECISIONS) + 1))


@pytest.mark.parametrize("record", DECISIONS, ids=lambda record: record.stem)
def test_decision_names_what_lost_and_fits_on_a_page(record: Path):
    text = read(record)
    assert all(heading in text for heading in ("## Context", "## Decision", "## Rejected"))
    assert len(text.splitlines()) <= 60
