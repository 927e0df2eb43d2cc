"""`rebuild_index`: the search server's index, loaded anew from the catalogue while search and publication go on."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from search.engines import elastic_rebuild
from search.engines.base import EngineProblem
from search.index_work import is_indexed
from search.models import CatalogueEntry
from tenants.progress import progress_bar


class Command(BaseCommand):
    """The old index answers until the new one takes its name; a killed run leaves the old one, and the next begins anew."""

    help = "按目录重建检索服务器的索引。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--repair", action="store_true", help="不重建，只补上缺少的、改正过时的、删除多余的。")
        parser.add_argument("--json", action="store_true", help="以 JSON 输出结果。")

    def handle(self, *args: Any, **options: Any) -> None:
        """Exit status 0 only if the index holds what the catalogue holds."""
        if not is_indexed():
            raise CommandError("没有检索服务器：请设置 ELASTICSEARCH_URL。")
        try:
            done = elastic_rebuild.repair() if options["repair"] else self._rebuild(options["json"])
        except EngineProblem as problem:
            raise CommandError(f"检索服务器出错：{problem}") from problem
        self.stdout.write(json.dumps({"written": done}) if options["json"] else f"{done} 个条目。")

    def _rebuild(self, quiet: bool) -> int:
        with progress_bar("重建索引", CatalogueEntry.objects.count(), quiet=quiet) as advance:
            return elastic_rebuild.rebuild(advance)
