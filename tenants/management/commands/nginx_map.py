"""`nginx_map [--output FILE]`: which site's public pictures nginx may send on which host; see `deploy/nginx.conf`."""

import os
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from tenants.kinds import SiteState
from tenants.models import Host

_HEADING = "# host schema; written by manage.py nginx_map, included by nginx.conf\n"


class Command(BaseCommand):
    """A host that is not in the map is left to the application, which knows it, or answers 404."""

    help = "输出 nginx 的 host → 网站对照表（只含主域名；暂停服务的网站除外）。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--output", type=Path, help="写入该文件（整体替换；内容不变则不动文件）。")

    def handle(self, *args: Any, **options: Any) -> None:
        """Raises CommandError where the file cannot be written."""
        text = build_map()
        if options["output"] is None:
            self.stdout.write(text, ending="")
            return
        try:
            is_new = _replace(options["output"], text)
        except OSError as error:
            raise CommandError(f"无法写入“{options['output']}”：{error.strerror}") from error
        self.stdout.write("已更新，请重新加载 nginx。" if is_new else "没有变化。")


def build_map() -> str:
    """Lines `host schema;` for the `map` block: primary hosts alone, since the others redirect."""
    hosts = Host.objects.filter(is_primary=True).exclude(tenant__state=SiteState.SUSPENDED)
    rows = hosts.order_by("domain").values_list("domain", "tenant__schema_name")
    return _HEADING + "".join(f"{host} {schema};\n" for host, schema in rows)


def _replace(path: Path, text: str) -> bool:
    """Whether the file was changed. nginx never sees half of it: the new one takes its place by renaming."""
    if path.exists() and path.read_text(encoding="ascii", errors="replace") == text:
        return False
    fresh = path.with_name(f".{path.name}.new")
    fresh.write_text(text, encoding="ascii")
    os.replace(fresh, path)
    return True
