"""`rebuild_catalogue [--site S]`: entries of all public pages, written anew while search goes on working."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from search.catalogue_words import refresh
from search.rebuilding import count_pages, rebuild_site
from tenants.models import Organisation
from tenants.progress import progress_bar


class Command(BaseCommand):
    """A killed run leaves whole pages behind and can be run again."""

    help = "按各网站现有内容重建搜索目录。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--site", default="", help="只重建一个网站（模式名）。")
        parser.add_argument("--json", action="store_true", help="以 JSON 输出结果。")

    def handle(self, *args: Any, **options: Any) -> None:
        """Exit status 0 only if every site was written."""
        names = Organisation.objects.schema_names()
        if options["site"]:
            if options["site"] not in names:
                raise CommandError(f"没有网站 {options['site']}。")
            names = [options["site"]]
        totals = {name: count_pages(name) for name in names}
        written = {}
        with progress_bar("重建目录", sum(totals.values()), quiet=options["json"]) as advance:
            for name in names:
                written[name] = rebuild_site(name, advance)
        words = refresh()
        if options["json"]:
            self.stdout.write(json.dumps({"written": written, "words": words}, ensure_ascii=False))
        else:
            self.stdout.write(f"{len(names)} 个网站，{sum(written.values())} 个页面，{words} 个词。")
