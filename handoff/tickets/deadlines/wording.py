"""What the clocks have written into a ticket's history, in words: who was told that it is late, when it is due anew."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from core.clock import LOCAL_ZONE
from handoff.sla.explaining import moment

TARGETS = {"accept": "受理", "answer": "首次答复", "resolve": "办结"}


def late_lines(data: Mapping[str, Any], accounts: Mapping[str, str]) -> list[str]:
    """For `escalate`."""
    due = _local(data.get("due_at"))
    if due is None:
        return []
    names = [accounts[each] for each in data.get("told") or [] if each in accounts]
    told = f"，已通知 {'、'.join(names)}" if names else ""
    return [f"{_target(data)}期限 {due} 已过{told}"]


def moved_lines(data: Mapping[str, Any]) -> list[str]:
    """For `reschedule`: a line for each deadline that is another one now."""
    lines = []
    for change in data.get("changes") or []:
        target, old, new = _target(change), _local(change.get("old")), _local(change.get("new"))
        if new is None:
            lines.append(f"不再有{target}期限" + (f"（原为 {old}）" if old else ""))
        elif old is None:
            lines.append(f"{target}期限定为 {new}")
        else:
            lines.append(f"{target}期限由 {old} 改为 {new}")
    return lines


def _target(data: Mapping[str, Any]) -> str:
    return TARGETS.get(str(data.get("target")), "")


def _local(text: Any) -> str | None:
    return moment(datetime.fromisoformat(text).astimezone(LOCAL_ZONE)) if text else None
