"""`bangban handoff`: looks at what the handoff rules do. `app` brings the bot and the encoder."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from core.conversation.ports import Bot, BotReply, BotTurn
from core.errors import InvalidInput
from handoff.rules.policy import RulePolicy
from handoff.rules.replay import RecordedLine, ReplayReport, parse, replay
from handoff.rules.settings import RuleSettings
from handoff.rules.walk import Similarity


@dataclass(frozen=True)
class ReplayTools:
    """What a replay judges with. Without a bot only recorded understanding counts."""

    settings: RuleSettings
    similarity: Similarity
    bot: Bot | None = None
    region: str = ""


OpenTools = Callable[[], AbstractAsyncContextManager[ReplayTools]]


def build_handoff_app(open_tools: OpenTools) -> typer.Typer:
    """The command group; `open_tools` makes what a replay needs and closes it afterwards."""
    app = typer.Typer(no_args_is_help=True, help="转人工规则：回放与检查")

    @app.callback()
    def group() -> None:
        """转人工规则：回放与检查。"""

    @app.command("replay")
    def replay_command(
        file: Annotated[
            Path, typer.Argument(help="JSONL，每行一个 {conversation, text, at}", metavar="FILE")
        ],
        as_json: Annotated[bool, typer.Option("--json", help="输出 JSON")] = False,
    ) -> None:
        """把历史会话放进转人工规则里重放：哪条规则在哪里触发，依据是什么。"""
        try:
            recorded = parse(file.read_text("utf-8-sig").splitlines())
        except OSError as error:
            raise InvalidInput(f"打不开文件 {file}：{error.strerror}。") from None
        except UnicodeDecodeError:
            raise InvalidInput(f"文件 {file} 不是 UTF-8 编码。") from None
        report = asyncio.run(_run(recorded, open_tools))
        if as_json:
            sys.stdout.write(json.dumps(report.as_dict(), ensure_ascii=False) + "\n")
        else:
            _show(report)

    return app


async def _run(recorded: list[tuple[int, RecordedLine]], open_tools: OpenTools) -> ReplayReport:
    async with open_tools() as tools:
        bot = tools.bot

        async def respond(conversation: str, text: str) -> BotReply:
            assert bot is not None
            turn = BotTurn(
                conversation_id=f"replay-{conversation}", text=text, inbox_id="replay",
                channel="web", region=tools.region,
            )  # fmt: skip
            return await bot.respond(turn)

        if bot is None:
            sys.stderr.write(
                "没有接入智能助手：只判断文字能说明的规则，以及文件里记录的理解结果。\n"
            )
        return await replay(
            recorded,
            RulePolicy(tools.settings),
            similarity=tools.similarity,
            respond=respond if bot is not None else None,
        )


def _show(report: ReplayReport) -> None:
    out = sys.stdout.write
    out(f"会话 {report.conversations} 个，消息 {report.messages} 条，")
    out(f"转人工 {len(report.handoffs)} 次。\n")
    for rule, times in sorted(report.by_rule.items(), key=lambda item: -item[1]):
        out(f"  {rule}\t{times}\n")
    for fired in report.handoffs:
        why = json.dumps(fired.evidence, ensure_ascii=False)
        out(f"第 {fired.line} 行 [{fired.conversation}] {fired.rule}：{fired.text}\n    {why}\n")
