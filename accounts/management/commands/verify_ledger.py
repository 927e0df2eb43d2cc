"""`verify_ledger`: whether the ledger is what was written."""

import json
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.ledger import LedgerFault
from accounts.ledger_selectors import find_faults, list_chains
from tenants.current import leave_site
from tenants.progress import progress_bar


class Command(BaseCommand):
    """One line a fault, or JSON; exit status 1 if there is any."""

    help = "校验账册：内容、次序、缺失与截断。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--chain", action="append", help="只校验这一账册：网站的模式名，或 platform（可重复）。")
        parser.add_argument("--json", action="store_true", help="以 JSON 输出结果。")

    def handle(self, *args: Any, **options: Any) -> None:
        with leave_site():
            chains = self._choose(options["chain"])
            faults: list[LedgerFault] = []
            with progress_bar("校验账册", len(chains), quiet=options["json"]) as advance:
                for chain in chains:
                    faults += find_faults(chain)
                    advance()
        self._report(chains, faults, options["json"])
        if faults:
            raise CommandError(f"账册有 {len(faults)} 处问题。")

    def _choose(self, asked: list[str] | None) -> list[str]:
        known = list_chains()
        unknown = sorted(set(asked or []) - set(known))
        if unknown:
            raise CommandError(f"没有账册“{'、'.join(unknown)}”。")
        return asked or known

    def _report(self, chains: list[str], faults: list[LedgerFault], as_json: bool) -> None:
        if as_json:
            result = {"chains": len(chains), "faults": [asdict(fault) for fault in faults]}
            self.stdout.write(json.dumps(result, ensure_ascii=False))
            return
        for fault in faults:
            self.stdout.write(f"{fault.chain} 第 {fault.position} 条：{fault.problem}")
        if not faults:
            self.stdout.write(f"{len(chains)} 个账册校验无误。")
