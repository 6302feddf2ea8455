"""Runs recorded conversations through the rules: which fires where, and why.

The engine's own order of things: keywords before the bot is asked, the rest after; a handoff ends
the bot's episode, and what follows begins a new one.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any

from pydantic import AwareDatetime, BaseModel, Field, NaiveDatetime, ValidationError

from core.clock import LOCAL_ZONE
from core.conversation.ports import Band, BotReply, HandOff, HandoffDecision, Understanding
from core.errors import InvalidInput
from handoff.rules.policy import RulePolicy
from handoff.rules.walk import RecordedTurn, Similarity, Walk

# Errors named one by one before the rest are only counted.
ERRORS_SHOWN = 20

Respond = Callable[[str, str], Awaitable[BotReply]]


class RecordedLine(BaseModel):
    """One line of the file. Lines of the bot or of agents may be there and are passed over.

    What the bot understood then may be recorded with the line; it goes before asking a bot now. So may who wrote, and
    where; unrecorded, it was somebody of no group, within the hours of service.
    """

    conversation: str = Field(min_length=1, max_length=200)
    text: str = Field(max_length=100_000)
    at: AwareDatetime | NaiveDatetime
    author: str = "visitor"
    band: Band | None = None
    article_id: str | None = None
    intent: str | None = None
    reason: str | None = None
    business: str | None = None
    failed: bool = False
    picked: bool = False
    inbox: str = ""
    on_duty: bool = True
    customer_group: str = ""
    tags: tuple[str, ...] = ()

    @property
    def moment(self) -> datetime:
        """A time without a zone is China's."""
        return self.at if self.at.tzinfo else self.at.replace(tzinfo=LOCAL_ZONE)

    def reply(self) -> BotReply | None:
        """The recorded understanding, or None when the line has none."""
        understood = (self.band, self.intent, self.reason, self.business)
        if understood == (None,) * 4 and not self.failed:
            return None
        return BotReply(
            contents=[],
            directives=[HandOff(self.reason)] if self.reason else [],
            understanding=Understanding(
                intent=self.intent,
                band=self.band,
                article_id=self.article_id,
                business=self.business,
            ),
            failed=self.failed,
        )

    def turn(self, number: int) -> RecordedTurn:
        return RecordedTurn(
            conversation=self.conversation, place=number, text=self.text, at=self.moment,
            reply=self.reply(), inbox_id=self.inbox, on_duty=self.on_duty, picked=self.picked,
            customer_group=self.customer_group, tags=self.tags,
        )  # fmt: skip


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
    group_id: str | None
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
    policy: RulePolicy,
    *,
    similarity: Similarity,
    respond: Respond | None = None,
) -> ReplayReport:
    """Judge every citizen's message in the order of time within its conversation.

    `respond(conversation, text)` asks a bot where the file does not say what it understood; without
    one, unknown answers and understood wishes are seen only where they are recorded.
    """
    threads: dict[str, list[RecordedTurn]] = {}
    for number, line in recorded:
        if line.author == "visitor" and line.text.strip():
            threads.setdefault(line.conversation, []).append(line.turn(number))
    report = ReplayReport(conversations=len(threads))
    for turns in threads.values():
        turns.sort(key=lambda turn: turn.at)
        turns[0] = replace(turns[0], first=True)
        walk = Walk(policy, similarity, goes_on=True)
        for turn in turns:
            report.messages += 1
            decision = walk.before(turn)
            if decision is None:
                decision = walk.after(turn, await _reply(turn, respond))
            if decision is not None:
                report.by_rule[decision.rule] = report.by_rule.get(decision.rule, 0) + 1
                report.handoffs.append(_fired(turn, decision))
    report.handoffs.sort(key=lambda fired: fired.line)
    return report


async def _reply(turn: RecordedTurn, respond: Respond | None) -> BotReply:
    if turn.reply is not None:
        return turn.reply
    return await respond(turn.conversation, turn.text) if respond else BotReply(contents=[])


def _fired(turn: RecordedTurn, decision: HandoffDecision) -> Fired:
    return Fired(
        line=turn.place, conversation=turn.conversation, at=turn.at.isoformat(), text=turn.text,
        rule=decision.rule, evidence=decision.evidence, category=decision.category,
        group_id=decision.group_id, told=decision.text,
    )  # fmt: skip
