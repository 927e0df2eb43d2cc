"""`mirror SITE DIR`: a whole static copy of a site, and with `--warc` the same as one file for archives."""

import json
import sqlite3
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from delivery.mirror.archive import write_warc
from delivery.mirror.folder import MirrorBusy, MirrorFolder, MirrorRefused
from delivery.mirror.index import MirrorIndex
from delivery.mirror.making import Tally, count_pages, make_mirror
from tenants.models import Organisation
from tenants.progress import progress_bar
from tenants.selectors import get_organisation


class Command(BaseCommand):
    """A killed run leaves whole files behind, and the next one completes them."""

    help = "把一个网站制作成完整的静态副本。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("site", metavar="SITE", help="网站的模式名。")
        parser.add_argument("folder", metavar="DIR", type=Path, help="空文件夹，或者该网站已有的镜像。")
        parser.add_argument("--warc", type=Path, metavar="FILE", help="另存为一个 WARC 文件（.warc.gz）。")
        parser.add_argument("--json", action="store_true", help="以 JSON 输出结果。")

    def handle(self, *args: Any, **options: Any) -> None:
        """Exit status 0 only if every page is there."""
        site = self._get_site(options["site"])
        folder = MirrorFolder(options["folder"])
        try:
            tally = self._make(site, folder, quiet=options["json"])
            archive = write_warc(site, folder, options["warc"]) if options["warc"] and not tally.failed else None
        except (MirrorRefused, MirrorBusy) as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(f"无法写入“{error.filename or folder.root}”：{error.strerror}") from error
        except sqlite3.DatabaseError as error:
            raise CommandError(f"镜像的索引已损坏（{error}）：删除“{folder.root}”后重做。") from error
        with MirrorIndex(folder.index_path) as index:
            files = index.count()
        if options["json"]:
            result = {"files": files, **asdict(tally), "warc": asdict(archive) if archive else None}
            self.stdout.write(json.dumps(result, ensure_ascii=False))
        else:
            self._say(tally, files)
            if archive:
                self.stdout.write(f"{options['warc']}：{archive.responses} 个地址，SHA-256 {archive.sha256}。")
        if tally.failed:
            raise CommandError(f"{len(tally.failed)} 个页面未能制作：{'、'.join(tally.failed[:10])}")

    def _get_site(self, schema: str) -> Organisation:
        try:
            return get_organisation(schema)
        except Organisation.DoesNotExist as error:
            raise CommandError(f"没有网站 {schema}。") from error

    def _make(self, site: Organisation, folder: MirrorFolder, *, quiet: bool) -> Tally:
        with progress_bar("制作镜像", count_pages(site), quiet=quiet) as advance:
            return make_mirror(site, folder, advance)

    def _say(self, tally: Tally, files: int) -> None:
        self.stdout.write(
            f"{files} 个文件：生成 {tally.rendered} 个页面，写入 {tally.written} 个，"
            f"复制 {tally.linked} 个附件和图片，删除 {tally.removed} 个。"
        )
        for address in tally.refused:
            self.stdout.write(f"不能对所有人公开，未复制：{address}")
