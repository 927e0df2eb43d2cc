"""The blueprints that come with the product: one file for each kind of site in `shipped/`."""

from functools import cache
from pathlib import Path

from blueprints.content import Content
from blueprints.content_checks import list_problems
from blueprints.toml_files import BlueprintFileProblem, locate, read_blueprint

SHIPPED_DIR = Path(__file__).parent / "shipped"


class ShippedBroken(RuntimeError):
    """A shipped file that is missing or no blueprint; the text names file, line and problem."""


@cache
def read_shipped(kind: str) -> Content:
    """The shipped blueprint of that kind of site. Raises ShippedBroken."""
    file = SHIPPED_DIR / f"{kind}.toml"
    try:
        text = file.read_text(encoding="utf-8")
        content = read_blueprint(text)
    except OSError as error:
        raise ShippedBroken(f"没有随产品提供的蓝图 {file.name}：{error}") from error
    except BlueprintFileProblem as error:
        raise ShippedBroken(f"{file.name}：\n{error}") from error
    _check(file.name, text, content, kind)
    return content


def _check(name: str, text: str, content: Content, kind: str) -> None:
    found = [f"第 {locate(text, each)} 行 {each.where}：{each.message}" for each in list_problems(content)]
    if content.kind != kind:
        found.append(f"网站类别是“{content.kind}”，文件名说的是“{kind}”。")
    if found:
        raise ShippedBroken(f"{name}：\n" + "\n".join(found))
