"""`work`: the worker process that runs the cluster's jobs. Start as many as needed, on any machine."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from tenants.worker import run_worker


class Command(BaseCommand):
    """Ends cleanly on SIGTERM: running jobs get ten seconds."""

    help = "运行后台任务。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--concurrency", type=int, default=2, help="同时运行的任务数。")
        parser.add_argument("--until-empty", action="store_true", help="队列空了就结束。")

    def handle(self, *args: Any, **options: Any) -> None:
        run_worker(options["concurrency"], wait=not options["until_empty"])
