"""The decision table: a citizen asks for people; a person, the queue, a left message, or the bot only. Pure.

Rows are read from the top; the first that fits decides. The last row must fit everything, so that nobody is left
without an answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

# person: somebody is free and takes it. queue: it waits. left_message: the citizen may leave word. bot: the bot only.
Outcome = Literal["person", "queue", "left_message", "bot"]
Duty = Literal["any", "on", "off"]
# free: somebody is online and can take one more; full: people are there, none can; none: nobody is there.
Agents = Literal["any", "free", "full", "none"]


@dataclass(frozen=True)
class Situation:
    """How things stand at the moment of the wish. `waiting`: how many wait already."""

    inbox_id: str
    on_duty: bool
    agents: Literal["free", "full", "none"]
    waiting: int


@dataclass(frozen=True)
class Row:
    """Fits when all its conditions do. `waiting_from`: at least so many wait; `inboxes`: empty for all.

    `text` is what the citizen is told; empty for the usual words of the outcome.
    """

    outcome: Outcome
    duty: Duty = "any"
    agents: Agents = "any"
    waiting_from: int = 0
    inboxes: tuple[str, ...] = ()
    text: str = ""

    def fits(self, at: Situation) -> bool:
        return (
            self.duty in ("any", "on" if at.on_duty else "off")
            and self.agents in ("any", at.agents)
            and at.waiting >= self.waiting_from
            and (not self.inboxes or at.inbox_id in self.inboxes)
        )

    @property
    def fits_everything(self) -> bool:
        return (
            self.duty == "any"
            and self.agents == "any"
            and not self.waiting_from
            and not self.inboxes
        )


# Off duty the citizen may leave word. On duty people are asked, also when none is there yet: somebody may come.
SHIPPED: tuple[Row, ...] = (
    Row("left_message", duty="off"),
    Row("bot", waiting_from=500),
    Row("person", agents="free"),
    Row("queue"),
)


def decide(rows: Sequence[Row], at: Situation) -> Row:
    """The first row that fits. Raises LookupError when none does, which a checked table rules out."""
    for row in rows:
        if row.fits(at):
            return row
    raise LookupError("the decision table has no row for this")


def unreachable(rows: Sequence[Row]) -> list[int]:
    """Places (from 0) of rows that an earlier one always goes before."""
    return [
        place
        for place, row in enumerate(rows)
        if any(_covers(earlier, row) for earlier in rows[:place])
    ]


def _covers(earlier: Row, row: Row) -> bool:
    return (
        earlier.duty in ("any", row.duty)
        and earlier.agents in ("any", row.agents)
        and earlier.waiting_from <= row.waiting_from
        and (
            not earlier.inboxes or (bool(row.inboxes) and set(row.inboxes) <= set(earlier.inboxes))
        )
    )
