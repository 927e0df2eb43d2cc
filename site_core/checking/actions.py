"""Writes that follow from checks."""

from typing import Any

from accounts import ledger


def record_confirmed_numbers(page: Any, actor: Any) -> None:
    """Write into the ledger which numbers the editor said may be disclosed, masked; once for what the form confirmed."""
    confirmed = page.__dict__.pop("confirmed_findings", [])
    if confirmed:
        detail = {"numbers": [f"{finding.where}：{finding.message}" for finding in confirmed]}
        ledger.record("page.numbers_confirmed", page, actor, detail)
