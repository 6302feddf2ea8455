"""Every kind of line that is said to citizens has its place in the one table of what it is worth."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from channels.tencent.sending.service_lines import LINES, Weight, outdates, passes, weight_of
from core.conversation.status import Trigger

ROOT = Path(__file__).parents[3]
# Said to agents alone.
PRIVATE = {
    "rated",
    "rating_changed",
    "transfer_declined",
    "transfer_expired",
    "reminder_failed",
    "wecom_servicer",
}


def kinds() -> Iterator[tuple[str, str]]:
    """(kind, where) of every line in the source that names its kind."""
    for folder in ("core", "handoff", "channels", "app"):
        for path in (ROOT / folder).rglob("*.py"):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            constants = {
                target.id: node.value.value
                for node in tree.body
                if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
                for target in node.targets
                if isinstance(target, ast.Name)
            }
            for node in ast.walk(tree):
                if isinstance(node, ast.Call):
                    for named in _kind_of(node):
                        value = _value(named, constants)
                        if isinstance(value, str):
                            yield value, str(path.relative_to(ROOT))


def _kind_of(call: ast.Call) -> list[ast.expr]:
    match call.func:
        case ast.Name("ActivityContent"):
            return [keyword.value for keyword in call.keywords if keyword.arg == "kind"]
        case ast.Name("add_line") | ast.Attribute(attr="_line"):
            # (uow, conversation, kind, text)
            return call.args[2:3]
        case _:
            return []


def _value(node: ast.expr, constants: dict[str, object]) -> object:
    if isinstance(node, ast.Constant):
        return node.value
    return constants.get(node.id) if isinstance(node, ast.Name) else None


def test_every_line_in_the_source_is_in_the_table() -> None:
    found = dict(kinds())
    assert len(found) > 6, "the walk finds what it looks for"
    missing = {kind: where for kind, where in found.items() if kind not in {*LINES, *PRIVATE}}
    assert missing == {}
    assert set(found) >= PRIVATE


def test_every_change_of_status_is_in_the_table() -> None:
    assert {trigger.value for trigger in Trigger} <= set(LINES)


def test_answers_and_words_matter_lines_do_not() -> None:
    assert weight_of("bot", "") is weight_of("agent", "") is Weight.MATTERS
    assert weight_of("system", "") is Weight.SENT
    assert all(weight_of("system", kind) is not Weight.MATTERS for kind in LINES)
    assert weight_of("system", "thought_of_later") is Weight.SENT


@pytest.mark.parametrize(
    ("later", "earlier", "void"),
    [
        ("claimed", "queue_moved", True),
        ("transferred", "claimed", True),
        ("closed", "claimed", True),
        ("claimed", "ticket_filed", False),
        ("idle_reminder", "claimed", False),
    ],
)
def test_which_waiting_lines_a_later_one_outdates(later: str, earlier: str, void: bool) -> None:
    assert outdates(later, earlier) is void


def test_a_number_to_quote_never_passes_but_a_reminder_does() -> None:
    assert not passes("ticket_filed")
    assert passes("idle_reminder")
    assert passes("claimed")
