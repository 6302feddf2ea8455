"""Every deed the code records has a name in Chinese."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from core.audit_labels import action_label, subject_label

ROOT = Path(__file__).parents[3]
FOLDERS = ("core", "handoff", "knowledge", "bot", "channels", "actions", "app")
_CODE = re.compile(r"[a-z_]+\.[a-z_]+")
_CALLS = {"record", "_record", "_audit", "_note"}


def recorded() -> set[str]:
    """Codes written out in calls that record; f-strings with a part filled in are left out."""
    found = set()
    for folder in FOLDERS:
        for path in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if not isinstance(node, ast.Call):
                    continue
                called = (
                    node.func.attr
                    if isinstance(node.func, ast.Attribute)
                    else getattr(node.func, "id", "")
                )
                values = [*node.args, *(each.value for each in node.keywords)]
                if called in _CALLS:
                    found |= {
                        each.value
                        for each in values
                        if isinstance(each, ast.Constant)
                        and isinstance(each.value, str)
                        and _CODE.fullmatch(each.value)
                    }
    return found


def test_every_recorded_deed_has_a_chinese_name() -> None:
    codes = recorded()
    assert len(codes) > 30
    unnamed = {code: action_label(code) for code in codes if re.search("[a-z]", action_label(code))}
    assert unnamed == {}


def test_a_code_nobody_has_named_stays_readable() -> None:
    assert action_label("conversation.flown") == "会话：flown"
    assert subject_label("ticket:GD1") == "工单 GD1"
    assert subject_label("account:1", "李四") == "账号 李四"
