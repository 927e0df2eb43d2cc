"""`demo`: the whole cluster on this machine, ready to look at; behind `make demo`.

Everything is kept between runs: what is there already is left alone.
"""

import os
import signal
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from honcho.manager import Manager

from site_core.demo_people import DemoPeople, make_demo_people
from site_core.demo_steps import run_demo_steps
from tenants import embedded
from tenants.connection import connection
from tenants.current import enter_site
from tenants.models import Organisation
from tenants.progress import progress_bar
from tenants.selectors import list_site_rows

ROSTER = "rosters/pingliang.toml"
LAWS_COLUMN = "flfg"


class Command(BaseCommand):
    """Prepares, then runs web server and worker in the foreground until SIGINT or SIGTERM."""

    help = "在本机运行整个网站群（演示）。"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--laws", type=Path, help="另行导入的法律法规文件。")
        parser.add_argument("--prepare-only", action="store_true", help="只准备数据，不启动服务。")

    def handle(self, *args: Any, **options: Any) -> None:
        _end_on_sigterm()
        try:
            people = self._prepare(options["laws"])
            if options["prepare_only"]:
                return
            self._print_addresses(people)
            connection.close()
            self._run()
        finally:
            connection.close()
            if not os.environ.get("DATABASE_URL"):
                embedded.stop(Path(settings.PROJECT_DIR) / "var" / "postgres")

    def _prepare(self, laws: Path | None) -> DemoPeople:
        self._say("准备数据库 …")
        call_command("migrate_sites")
        self._say("建立网站 …")
        call_command("create_sites", Path(settings.PROJECT_DIR) / ROSTER)
        people = make_demo_people()
        self._add_samples()
        if laws:
            call_command("import_articles", laws, site="city", column=LAWS_COLUMN)
        self._say("准备搜索 …")
        call_command("prepare_search", count_words=bool(laws))
        self._collect_static()
        return people

    def _add_samples(self) -> None:
        connection.set_schema_to_public()
        sites = list(Organisation.objects.serving())
        with progress_bar("示例内容", len(sites)) as advance:
            for site in sites:
                with enter_site(site):
                    run_demo_steps(site)
                advance()

    def _collect_static(self) -> None:
        stamp = Path(settings.STATIC_ROOT) / ".collected"
        root = Path(settings.PROJECT_DIR)
        files = (path for pattern in ("*/static/**/*", "*/*/static/**/*") for path in root.glob(pattern))
        newest = max(path.stat().st_mtime for path in files)
        if stamp.exists() and stamp.stat().st_mtime > newest:
            return
        self._say("收集静态文件 …")
        call_command("collectstatic", interactive=False, verbosity=0)
        stamp.touch()

    def _print_addresses(self, people: DemoPeople) -> None:
        suffix = "" if settings.SITE_PORT == 80 else f":{settings.SITE_PORT}"
        lines = [
            f"  {settings.SITE_SCHEME}://{row['primary_host']}{suffix}/  {row['name']}" for row in list_site_rows()
        ]
        accounts = [f"  {login:<18}{where}" for login, where in people.accounts.items()]
        password = people.password or "（首次启动时已显示；重设请用 DEMO_PASSWORD=… make demo）"
        text = [
            "",
            "网站：",
            *lines,
            "",
            "后台在各网站的 /admin/。演示账号：",
            *accounts,
            f"  密码：{password}",
            "",
            "按 Ctrl-C 结束。",
            "",
        ]
        self._say("\n".join(text))

    def _run(self) -> None:
        manager = Manager()
        environment = {**os.environ, "PORT": str(settings.SITE_PORT), "PYTHONWARNINGS": "ignore::UserWarning"}
        for name, command in _processes().items():
            manager.add_process(name, command, env=environment, cwd=settings.PROJECT_DIR)
        manager.loop()
        if manager.returncode not in {0, None, -signal.SIGTERM, -signal.SIGINT, 130, 143}:
            raise CommandError(f"服务异常结束（{manager.returncode}）。")

    def _say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()


def _processes() -> dict[str, str]:
    python = f'"{sys.executable}"'
    web = f"{python} manage.py serve --port {settings.SITE_PORT}"
    return {"web": f"exec {web}", "worker": f"exec {python} manage.py work"}


def _end_on_sigterm() -> None:
    def end(signum: int, frame: Any) -> None:
        raise SystemExit(0)

    signal.signal(signal.SIGTERM, end)
