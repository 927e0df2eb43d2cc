"""`prepare_search`: what search needs after an installation or an upgrade: word lists, and a catalogue where there is none."""

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser

from search.catalogue_words import refresh
from search.models import CatalogueEntry, CatalogueWord
from search.shipped_words import are_loaded, load_shipped_words
from tenants.models import Organisation


class Command(BaseCommand):
    """Costs a few queries where everything is there."""

    help = "准备搜索：词库；目录为空的网站重建目录。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--words", action="store_true", help="补上随产品提供、词库里没有的词。")
        parser.add_argument("--count-words", action="store_true", help="另外重新统计目录词汇。")

    def handle(self, *args: Any, **options: Any) -> None:
        """Each step is safe to repeat."""
        if options["words"] or not are_loaded():
            load_shipped_words()
        known = set(CatalogueEntry.objects.values_list("site_id", flat=True).distinct())
        missing = [site.schema_name for site in Organisation.objects.all() if site.pk not in known]
        for name in missing:
            call_command("rebuild_catalogue", site=name, json=True, stdout=self.stderr)
        if missing or options["count_words"] or not CatalogueWord.objects.exists():
            refresh()
