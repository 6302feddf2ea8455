"""What would change: runs stored conversations through the rules in force and through edited ones.

Off the event loop, in slices, so that citizens are answered meanwhile; one preview at a time on this server.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import get_args

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import ColumnElement

from core.auth.actor import Actor
from core.configs import get_config
from core.conversation.ports import HandoffDecision, OnDuty, Rule
from core.errors import TooManyRequests
from core.masking import mask_personal
from core.rate_limit import RateLimit
from core.unit_of_work import UnitOfWorkFactory
from handoff.rules.book import CONFIG_NAME, Duty, RulesConfig
from handoff.rules.policy import RulePolicy
from handoff.rules.recorded import (
    Recorded,
    conversations_since,
    read_recorded,
    those_of,
    turns_of,
)
from handoff.rules.settings import RuleSettings
from handoff.rules.walk import RecordedTurn, Similarity, Walk

MOST_DAYS = 30
# The newest; more would keep a supervisor waiting without telling more.
MOST_CONVERSATIONS = 3000
MOST_CHANGED = 200
# Read and judged in one go; a cancelled preview ends after it.
SLICE = 10
LONGEST_TEXT = 120


class PreviewRequest(BaseModel):
    """The edited rules, and of how many days the conversations are taken."""

    model_config = ConfigDict(extra="forbid")

    rules: RuleSettings
    days: int = Field(7, ge=1, le=MOST_DAYS)


class RuleCount(BaseModel):
    """How many handoffs a rule leads to, by the rules in force and by the edited ones."""

    rule: Rule
    before: int
    after: int


class Outcome(BaseModel):
    """Which rule hands over, to which group (null: by business), at which message (masked; "" for the button)."""

    seq: int
    rule: Rule
    group_id: str | None
    text: str
    at: datetime


class ChangedConversation(BaseModel):
    """Part of a conversation that would go otherwise. null: the bot would have kept it."""

    conversation_id: str
    inbox_id: str
    at: datetime
    before: Outcome | None
    after: Outcome | None


class RulesPreview(BaseModel):
    """`conversations` looked at, of `begun` in that time; `turns`: messages to the bot, of which `not_asked` had no
    reply of the bot to judge by. `changed`: newest first, of the newest MOST_CHANGED of `changed_count` those that the
    caller may read; `hidden`: how many may not be."""

    days: int
    begun: int
    conversations: int
    turns: int
    not_asked: int
    counts: list[RuleCount]
    changed: list[ChangedConversation]
    changed_count: int
    hidden: int


@dataclass
class _Found:
    turns: int = 0
    not_asked: int = 0
    before: Counter[Rule] = field(default_factory=Counter)
    after: Counter[Rule] = field(default_factory=Counter)
    changed: list[ChangedConversation] = field(default_factory=list)
    changed_count: int = 0


class Previewer:
    """`similarity`: of the encoder in use. `visible`: which conversations somebody may read."""

    def __init__(
        self, *, uows: UnitOfWorkFactory, similarity: Similarity,
        visible: Callable[[Actor], ColumnElement[bool]],
    ) -> None:  # fmt: skip
        self._uows = uows
        self._similarity = similarity
        self._visible = visible
        self._limit = RateLimit(uows.clock, limit=10, window=timedelta(minutes=1))
        self._busy = asyncio.Lock()

    async def preview(self, asked: PreviewRequest, actor: Actor) -> RulesPreview:
        """Raises TooManyRequests, and Unavailable while there is no index."""
        self._limit.check(actor.account_id)
        if self._busy.locked():
            raise TooManyRequests("正在为另一位同事试算，请稍后再试。", retry_after=5)
        async with self._busy:
            return await self._preview(asked, actor)

    async def _preview(self, asked: PreviewRequest, actor: Actor) -> RulesPreview:
        since = self._uows.clock.now() - timedelta(days=asked.days)
        async with self._uows.read() as session:
            config = await get_config(session, CONFIG_NAME, RulesConfig)
            duty = await Duty.read(session)
            ids, begun = await conversations_since(session, since, MOST_CONVERSATIONS)
        similarity = _Remembered(self._similarity)
        found = _Found()
        for start in range(0, len(ids), SLICE):
            async with self._uows.read() as session:
                recorded = await read_recorded(session, ids[start : start + SLICE])
            await asyncio.to_thread(
                _judge, recorded, (config.rules, asked.rules), similarity, duty.is_open, found
            )
        changed_ids = {one.conversation_id for one in found.changed}
        async with self._uows.read() as session:
            readable = await those_of(session, changed_ids, self._visible(actor))
        shown = [one for one in found.changed if one.conversation_id in readable]
        counts = [
            RuleCount(rule=rule, before=found.before[rule], after=found.after[rule])
            for rule in get_args(Rule)
        ]
        return RulesPreview(
            days=asked.days, begun=begun, conversations=len(ids), turns=found.turns,
            not_asked=found.not_asked, counts=counts, changed=shown,
            changed_count=found.changed_count, hidden=len(found.changed) - len(shown),
        )  # fmt: skip


class _Remembered:
    """Each pair of texts is compared once, whichever rules ask."""

    def __init__(self, similarity: Similarity) -> None:
        self._similarity = similarity
        self._known: dict[tuple[str, str], float] = {}

    def __call__(self, text: str, others: Sequence[str]) -> list[float]:
        wanted = [other for other in others if (text, other) not in self._known]
        if wanted:
            alike = self._similarity(text, wanted)
            self._known |= {(text, o): s for o, s in zip(wanted, alike, strict=True)}
        return [self._known[text, other] for other in others]


def _judge(
    recorded: Sequence[Recorded], rules: tuple[RuleSettings, RuleSettings], similarity: Similarity,
    on_duty: OnDuty, found: _Found,
) -> None:  # fmt: skip
    policies = [RulePolicy(settings) for settings in rules]
    for one in recorded:
        turns = turns_of(one, on_duty)
        found.turns += len(turns)
        found.not_asked += sum(turn.reply is None and not turn.pressed for turn in turns)
        walks = [Walk(policy, similarity, goes_on=False) for policy in policies]
        outcomes = [_outcomes(walk, turns) for walk in walks]
        for episode in _episodes(turns):
            before, after = (handed.get(episode) for handed in outcomes)
            found.before.update([before.rule] if before else [])
            found.after.update([after.rule] if after else [])
            if before != after:
                _note(found, one, before, after)


def _note(found: _Found, one: Recorded, before: Outcome | None, after: Outcome | None) -> None:
    found.changed_count += 1
    if len(found.changed) == MOST_CHANGED:
        return
    at = min(outcome.at for outcome in (before, after) if outcome is not None)
    found.changed.append(
        ChangedConversation(
            conversation_id=one.conversation.id, inbox_id=one.conversation.inbox_id, at=at,
            before=before, after=after,
        )
    )  # fmt: skip


def _episodes(turns: Sequence[RecordedTurn]) -> list[int]:
    """The places at which the bot's episodes begin, the last one first."""
    return [turn.place for turn in reversed(turns) if turn.fresh]


def _outcomes(walk: Walk, turns: Sequence[RecordedTurn]) -> dict[int, Outcome]:
    """By episode of the bot, how it ends; nothing for those that the bot keeps."""
    outcomes: dict[int, Outcome] = {}
    episode = 0
    for turn in turns:
        episode = turn.place if turn.fresh else episode
        decision = walk.take(turn)
        if decision is not None:
            outcomes[episode] = _outcome(turn, decision)
    return outcomes


def _outcome(turn: RecordedTurn, decision: HandoffDecision) -> Outcome:
    masked = mask_personal(turn.text)
    short = masked if len(masked) <= LONGEST_TEXT else masked[: LONGEST_TEXT - 1] + "…"
    return Outcome(
        seq=turn.place, rule=decision.rule, group_id=decision.group_id, text=short, at=turn.at
    )
