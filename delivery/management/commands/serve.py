"""`serve`: the web processes of the cluster."""

import os
import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser


class Command(BaseCommand):
    """Ends cleanly on SIGTERM: requests under way get twenty seconds. SIGHUP replaces the processes without a gap."""

    help = "运行网站服务。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="监听的地址。")
        parser.add_argument("--port", type=int, default=8001, help="监听的端口。")
        parser.add_argument("--processes", type=int, default=settings.WEB_PROCESSES, help="进程数。")
        parser.add_argument("--threads", type=int, default=settings.WEB_THREADS, help="每个进程同时处理的请求数。")

    def handle(self, *args: Any, **options: Any) -> None:
        os.environ["WEB_THREADS"] = str(options["threads"])  # the processes read it
        os.chdir(settings.PROJECT_DIR)
        arguments = [str(options[name]) for name in ("host", "port", "processes")]
        # In place of this process, which has loaded what the one above the web processes does not need.
        os.execv(sys.executable, [sys.executable, "-m", "delivery.server", *arguments])  # noqa: S606 - ours
