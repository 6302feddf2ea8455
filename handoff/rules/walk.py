"""Takes recorded turns through the rules in the engine's own order. Called by replay.py and preview.py."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from core.conversation.ports import BotReply, HandoffContext, HandoffDecision, PastTurn
from core.conversation.storing import LOOK_BACK
from handoff.rules.policy import RulePolicy
from handoff.rules.repetition import comparable, is_asked

# How alike in meaning a text is to each of others, -1..1 (KnowledgeSearch.similarity).
Similarity = Callable[[str, Sequence[str]], list[float]]


@dataclass(frozen=True)
class RecordedTurn:
    """A message of a citizen to the bot, as it was recorded. `place` is its line in a file, or its seq.

    `reply` is None where the bot was not asked or nothing was kept of it. `fresh`: an episode of the bot begins with
    it. `pressed`: no message, the citizen's button.
    """

    conversation: str
    place: int
    text: str
    at: datetime
    reply: BotReply | None = None
    inbox_id: str = ""
    channel: str = ""
    on_duty: bool = True
    first: bool = False
    fresh: bool = False
    picked: bool = False
    pressed: bool = False
    business: str | None = None
    customer_group: str = ""
    tags: tuple[str, ...] = ()


class Walk:
    """One conversation under one set of rules, turn by turn: `before` the bot is asked, then `after` with its reply.

    `goes_on`: what follows a handoff is a new episode; else it is passed over until a turn is `fresh`, as people had
    the word meanwhile.
    """

    def __init__(self, policy: RulePolicy, similarity: Similarity, *, goes_on: bool) -> None:
        self._policy = policy
        self._similarity = similarity
        self._goes_on = goes_on
        self._history: list[PastTurn] = []
        self._over = False

    def take(self, turn: RecordedTurn) -> HandoffDecision | None:
        """Both, with the recorded reply. Where there is none, only the rules that need none are asked."""
        decision = self.before(turn)
        if decision is None and not turn.pressed and not self._over:
            decision = self.after(turn, turn.reply)
        return decision

    def before(self, turn: RecordedTurn) -> HandoffDecision | None:
        if turn.fresh:
            self._history, self._over = [], False
        if self._over:
            return None
        context = self._context(turn)
        decide = self._policy.pressed if turn.pressed else self._policy.evaluate
        return self._ended(decide(context))

    def after(self, turn: RecordedTurn, reply: BotReply | None) -> HandoffDecision | None:
        decision = None
        if reply is not None:
            context = replace(self._context(turn), reply=reply)
            decision = self._ended(self._policy.evaluate(self._compared(context, reply)))
        if decision is None:
            self._history = [*self._history, _past(turn, reply)][-LOOK_BACK:]
        return decision

    def _ended(self, decision: HandoffDecision | None) -> HandoffDecision | None:
        if decision is not None:
            self._history, self._over = [], not self._goes_on
        return decision

    def _context(self, turn: RecordedTurn) -> HandoffContext:
        return HandoffContext(
            text=turn.text, now=turn.at, inbox_id=turn.inbox_id, history=self._history,
            channel=turn.channel, on_duty=turn.on_duty, first=turn.first, picked=turn.picked,
            business=turn.business, customer_group=turn.customer_group, tags=turn.tags,
        )  # fmt: skip

    def _compared(self, context: HandoffContext, reply: BotReply) -> HandoffContext:
        """With how alike the earlier messages are, where that can matter: comparing is what takes time."""
        rule = self._policy.settings.repeated
        if not rule.covers(context.inbox_id, on_duty=context.on_duty):
            return context
        if not is_asked(context.text, reply.understanding.band, context.picked, rule):
            return context
        earlier = comparable(context, rule)
        if len(earlier) + 1 < rule.times:
            return context
        texts = list(dict.fromkeys(turn.text for turn in earlier))
        alike = dict(zip(texts, self._similarity(context.text, texts), strict=True))
        history = [replace(turn, similarity=alike.get(turn.text, 0.0)) for turn in context.history]
        return replace(context, history=history)


def _past(turn: RecordedTurn, reply: BotReply | None) -> PastTurn:
    reply = reply or BotReply(contents=[])
    understanding = reply.understanding
    return PastTurn(
        text=turn.text, at=turn.at, band=understanding.band, article_id=understanding.article_id,
        picked=turn.picked, failed=reply.failed, business=understanding.business,
    )  # fmt: skip
