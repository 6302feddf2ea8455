"""Runs recorded conversations through the rules: which fires where, and why.

The engine's own order of things: keywords before the bot is asked, the rest after; a handoff ends
the bot's episode, and what follows begins a new one.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from pydantic import AwareDatetime, BaseModel, Field, NaiveDatetime, ValidationError

from core.clock import LOCAL_ZONE
from core.conversation.answering import LOOK_BACK
from core.conversation.ports import (
    Band,
    BotReply,
    HandOff,
    HandoffContext,
    HandoffDecision,
    HandoffPolicy,
    PastTurn,
    Understanding,
)
from core.errors import InvalidInput

# Errors named one by one before the rest are only counted.
ERRORS_SHOWN = 20

Similarity = Callable[[str, Sequence[str]], list[float]]
Respond = Callable[[str, str], Awaitable[BotReply]]


class RecordedLine(BaseModel):
    """One line of the file. Lines of the bot or of agents may be there and are passed over.

    What the bot understood then may be recorded with the line; it goes before asking a bot now.
    """

    conversation: str = Field(min_length=1, max_length=200)
    text: str = Field(max_length=100_000)
    at: AwareDatetime | NaiveDatetime
    author: str = "visitor"
    band: Band | None = None
    article_id: str | None = None
    intent: str | None = None
    reason: str | None = None

    @property
    def moment(self) -> datetime:
        """A time without a zone is China's."""
        return self.at if self.at.tzinfo else self.at.replace(tzinfo=LOCAL_ZONE)

    def reply(self) -> BotReply | None:
        """The recorded understanding, or None when the line has none."""
        if self.band is None and self.intent is None and self.reason is None:
            return None
        return BotReply(
            contents=[],
            directives=[HandOff(self.reason)] if self.reason else [],
            understanding=Understanding(
                intent=self.intent, band=self.band, article_id=self.article_id
            ),
        )


class ReplayFileInvalid(InvalidInput):
    """Lines that cannot be read. Details: `errors`, each with `line` and `problem`; `count`."""

    code, default_message = "replay_file_invalid", "文件里有不能读取的行。"


@dataclass(frozen=True)
class Fired:
    """A rule fired: at which line of the file (from 1), and what the decision says."""

    line: int
    conversation: str
    at: str
    text: str
    rule: str
    evidence: dict[str, Any]
    category: str | None
    told: str


@dataclass
class ReplayReport:
    """What a replay found. `by_rule` counts the handoffs."""

    messages: int = 0
    conversations: int = 0
    by_rule: dict[str, int] = field(default_factory=dict)
    handoffs: list[Fired] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def parse(lines: Iterable[str]) -> list[tuple[int, RecordedLine]]:
    """The recorded lines with their numbers. Raises ReplayFileInvalid naming the bad ones."""
    recorded: list[tuple[int, RecordedLine]] = []
    errors: list[dict[str, Any]] = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            recorded.append((number, RecordedLine.model_validate(json.loads(line))))
        except ValidationError as error:
            fields = {str(part["loc"][0] if part["loc"] else "") for part in error.errors()}
            problem = "字段不对：" + "、".join(sorted(fields)) if fields != {""} else "不是一个对象"
            errors.append({"line": number, "problem": problem})
        except ValueError:
            errors.append({"line": number, "problem": "不是 JSON"})
    if errors:
        shown = errors[:ERRORS_SHOWN]
        first = f"第 {shown[0]['line']} 行{shown[0]['problem']}"
        raise ReplayFileInvalid(
            f"文件里有 {len(errors)} 行不能读取，{first}。", errors=shown, count=len(errors)
        )
    return recorded


async def replay(
    recorded: Sequence[tuple[int, RecordedLine]],
    policy: HandoffPolicy,
    *,
    similarity: Similarity,
    respond: Respond | None = None,
) -> ReplayReport:
    """Judge every citizen's message in the order of time within its conversation.

    `respond(conversation, text)` asks a bot where the file does not say what it understood; without
    one, unknown answers and understood wishes are seen only where they are recorded.
    """
    threads: dict[str, list[tuple[int, RecordedLine]]] = {}
    for number, line in recorded:
        if line.author == "visitor" and line.text.strip():
            threads.setdefault(line.conversation, []).append((number, line))
    report = ReplayReport(conversations=len(threads))
    for lines in threads.values():
        lines.sort(key=lambda item: item[1].moment)
        history: list[PastTurn] = []
        for number, line in lines:
            report.messages += 1
            reply, decision = await _judge(line, history, policy, similarity, respond)
            if decision is None:
                history = [*history, _past(line, reply)][-LOOK_BACK:]
                continue
            history = []
            report.by_rule[decision.rule] = report.by_rule.get(decision.rule, 0) + 1
            report.handoffs.append(
                Fired(
                    line=number, conversation=line.conversation, at=line.moment.isoformat(),
                    text=line.text, rule=decision.rule, evidence=decision.evidence,
                    category=decision.category, told=decision.text,
                )
            )  # fmt: skip
    report.handoffs.sort(key=lambda fired: fired.line)
    return report


async def _judge(
    line: RecordedLine,
    history: list[PastTurn],
    policy: HandoffPolicy,
    similarity: Similarity,
    respond: Respond | None,
) -> tuple[BotReply | None, HandoffDecision | None]:
    """As core.conversation.turns does: before the bot, then with its reply."""
    likeness = similarity(line.text, [turn.text for turn in history]) if history else []
    turns = [
        PastTurn(turn.text, turn.at, turn.band, turn.article_id, alike)
        for turn, alike in zip(history, likeness, strict=True)
    ]
    context = HandoffContext(text=line.text, now=line.moment, inbox_id="", history=turns)
    decision = policy.evaluate(context)
    if decision is not None:
        return None, decision
    reply = line.reply()
    if reply is None:
        reply = await respond(line.conversation, line.text) if respond else BotReply(contents=[])
    context = HandoffContext(
        text=line.text, now=line.moment, inbox_id="", history=turns, reply=reply
    )
    return reply, policy.evaluate(context)


def _past(line: RecordedLine, reply: BotReply | None) -> PastTurn:
    understanding = reply.understanding if reply else Understanding()
    return PastTurn(
        text=line.text, at=line.moment, band=understanding.band, article_id=understanding.article_id
    )
