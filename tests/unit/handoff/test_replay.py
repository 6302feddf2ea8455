"""Replaying recorded conversations: as the engine would have judged, with clear errors for bad files."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from typer.testing import CliRunner

from core.conversation.ports import BotReply, HandOff, Understanding
from core.errors import BangbanError
from handoff.cli import ReplayTools, build_handoff_app
from handoff.rules.policy import RulePolicy
from handoff.rules.replay import ReplayFileInvalid, parse, replay
from handoff.rules.settings import (
    BusinessLine,
    BusinessSettings,
    CustomerSettings,
    RuleSettings,
)
from tests.fakes import NoKnowledge

likeness = NoKnowledge().similarity


@asynccontextmanager
async def tools() -> AsyncIterator[ReplayTools]:
    yield ReplayTools(RuleSettings(), likeness)


handoff_app = build_handoff_app(tools)


def line(conversation: str, text: str, minute: int, **more: object) -> str:
    at = f"2026-11-20T09:{minute:02d}:00+08:00"
    return json.dumps({"conversation": conversation, "text": text, "at": at, **more})


async def run(lines: list[str], respond=None):  # type: ignore[no-untyped-def]
    return await replay(parse(lines), RulePolicy(), similarity=likeness, respond=respond)


async def test_each_handoff_names_line_rule_and_evidence() -> None:
    report = await run([line("a", "你好", 0), line("b", "转人工", 1), line("a", "不用转人工", 2)])
    assert (report.messages, report.conversations, report.by_rule) == (3, 2, {"keyword": 1})
    [fired] = report.handoffs
    assert (fired.line, fired.conversation, fired.rule) == (2, "b", "keyword")
    assert fired.evidence["keyword"] == "转人工"


async def test_a_handoff_begins_a_new_episode() -> None:
    asked = [line("a", "同一个问题问几次", n) for n in range(7)]
    report = await run(asked)
    assert [fired.line for fired in report.handoffs] == [3, 6]


async def test_lines_are_judged_in_the_order_of_time_within_their_conversation() -> None:
    lines = [
        line("a", "丙", 3, band="unknown"),
        line("a", "甲", 1, band="unknown"),
        line("b", "乙", 2, band="unknown"),
        line("a", "乙", 2, band="answer"),
    ]
    assert (await run(lines)).handoffs == []
    lines[3] = line("a", "乙", 2, band="unknown")
    [fired] = (await run(lines)).handoffs
    assert (fired.line, fired.evidence["questions"]) == (1, ["甲", "乙", "丙"])


async def test_the_bot_is_asked_where_nothing_is_recorded() -> None:
    asked: list[tuple[str, str]] = []

    async def respond(conversation: str, text: str) -> BotReply:
        asked.append((conversation, text))
        return BotReply([], [HandOff("complaint")] if "投诉" in text else [], Understanding())

    lines = [line("a", "你们太慢我要投诉", 1), line("a", "记录过的", 2, intent="greet")]
    report = await run(lines, respond)
    assert asked == [("a", "你们太慢我要投诉")]
    assert report.by_rule == {"understood": 1}


async def test_lines_of_bot_and_agents_are_passed_over() -> None:
    report = await run([line("a", "您要转人工吗", 0, author="bot"), line("a", " ", 1)])
    assert report.messages == 0


def test_bad_lines_are_named_with_what_is_wrong() -> None:
    with pytest.raises(ReplayFileInvalid, match="第 2 行不是 JSON") as caught:
        parse([line("a", "x", 0), "{", '{"conversation": "a"}', "[]", "", '{"a": NaN}'])
    errors = caught.value.details["errors"]
    assert [error["line"] for error in errors] == [2, 3, 4, 6]
    assert errors[1]["problem"] == "字段不对：at、text"


def test_the_command_prints_one_json_document(tmp_path: Path) -> None:
    file = tmp_path / "day.jsonl"
    file.write_text("\ufeff" + line("a", "转人工", 0) + "\n", "utf-8")
    result = CliRunner().invoke(handoff_app, ["replay", str(file), "--json"])
    assert result.exit_code == 0
    assert json.loads(result.stdout)["by_rule"] == {"keyword": 1}
    assert "第 1 行" in CliRunner().invoke(handoff_app, ["replay", str(file)]).stdout


def test_a_file_that_cannot_be_read_is_one_clear_error(tmp_path: Path) -> None:
    (tmp_path / "gbk.jsonl").write_bytes("转人工".encode("gbk"))
    for name in ("missing.jsonl", "gbk.jsonl", "."):
        result = CliRunner().invoke(handoff_app, ["replay", str(tmp_path / name)])
        assert isinstance(result.exception, BangbanError), name


async def test_who_wrote_where_and_an_outage_may_be_recorded_with_a_line() -> None:
    rules = RuleSettings(
        customer_group=CustomerSettings(tags=("听障",), hours="off_duty"),
        business=BusinessSettings(lines=(BusinessLine(business="执法"),), inboxes=("web",)),
    )
    down = {"failed": True}
    lines = [
        line("a", "您好", 0, tags=["听障"], on_duty=False),
        line("b", "您好", 0, tags=["听障"]),
        line("c", "单位不缴", 0, inbox="web", business="公积金/执法"),
        line("d", "单位不缴", 0, inbox="wx", business="公积金/执法"),
        *(line("e", f"帮我办第{n}件事", n, **down) for n in range(2)),
        *(line("f", "重新测算一次", n, intent="calculate_loan", picked=True) for n in range(5)),
    ]
    report = await replay(parse(lines), RulePolicy(rules), similarity=likeness)
    assert [(fired.conversation, fired.rule) for fired in report.handoffs] == [
        ("a", "customer_group"),
        ("c", "business"),
        ("e", "bot_down"),
    ]
