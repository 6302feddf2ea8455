"""What the handoff rules are given and what they decide. Belongs to the HandoffPolicy port (ports.py)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal, Protocol

if TYPE_CHECKING:
    from core.conversation.ports import BotReply
    from core.conversation.search import Band

Rule = Literal[
    "customer_group", "keyword", "guided", "understood", "business", "bot_down", "unknown", "repeated",
    "button",
]  # fmt: skip

# Whether people serve an inbox at a time (UTC); in memory, asked at every turn.
OnDuty = Callable[[str, datetime], bool]


@dataclass(frozen=True)
class PastTurn:
    """An earlier visitor message of the same bot episode. `similarity` is to the present message.

    `picked`: it was a button the bot had offered. `failed`: the bot was out of order. `business`: what it was about.
    """

    text: str
    at: datetime
    band: Band | None = None
    article_id: str | None = None
    similarity: float = 0.0
    picked: bool = False
    failed: bool = False
    business: str | None = None


@dataclass(frozen=True)
class HandoffContext:
    """What the rules look at. `reply` is None before the bot was asked; `history` is oldest first.

    `on_duty`: people serve this inbox now. `first`: the citizen's first message of the conversation. `picked`: the
    text is a button the bot had offered. `business`: what the citizen himself named it, or what the conversation
    is known to be about. `customer_group` and `tags` are the contact's.
    """

    text: str
    now: datetime
    inbox_id: str
    history: list[PastTurn]
    reply: BotReply | None = None
    channel: str = ""
    on_duty: bool = True
    first: bool = False
    picked: bool = False
    business: str | None = None
    customer_group: str = ""
    tags: tuple[str, ...] = ()


@dataclass(frozen=True)
class SummaryTurn:
    """What a citizen asked (masked) and what became of it: `outcome` as in summary.outcome_of, articles' `titles`."""

    said: str
    outcome: str
    titles: tuple[str, ...] = ()


@dataclass(frozen=True)
class HandoffSummary:
    """What the bot tells the agent. `turns`: the last ones, oldest first. `task`: what was under way, with `answers`.

    `reason`: what the bot understood the citizen to feel or want (complaint, anger), "" when nothing of that kind.
    """

    turns: tuple[SummaryTurn, ...] = ()
    task: str = ""
    answers: tuple[str, ...] = ()
    business: str | None = None
    reason: str = ""


@dataclass(frozen=True)
class HandoffDecision:
    """`evidence` says why, for people; `text` is what the citizen is told ("" for the usual words).

    `group_id`: the skill group that gets it, None for the one that serves the `category`. `instead`: people take the
    place of the bot's reply, which is not shown if they can. The engine adds the `summary`.
    """

    rule: Rule
    evidence: dict[str, Any]
    category: str | None = None
    text: str = ""
    group_id: str | None = None
    instead: bool = field(default=False)
    summary: HandoffSummary | None = None


class HandoffPolicy(Protocol):
    def evaluate(self, context: HandoffContext) -> HandoffDecision | None:
        """The first rule that fires, or None. Pure."""
        ...

    def pressed(self, context: HandoffContext) -> HandoffDecision | None:
        """What the citizen's button leads to; None where it is not offered. Pure."""
        ...
