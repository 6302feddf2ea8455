"""One step that is being taken: everything its effect needs to know, and what the effect says."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from core.unit_of_work import UnitOfWork
from handoff.tickets.access import Person
from handoff.tickets.life.flow import Turn
from handoff.tickets.life.who import By
from handoff.tickets.life.writes import StepWrite
from handoff.tickets.models import Ticket
from handoff.tickets.status import TicketStatus, TicketStep
from handoff.tickets.types.definition import Stage
from handoff.tickets.types.reading import LoadedType


@dataclass(frozen=True)
class Case:
    """`person`: as the flow sees who steps; None for citizens, bot and timers. `type`, `stage`: before the step."""

    uow: UnitOfWork
    ticket: Ticket
    step: TicketStep
    wanted: StepWrite
    by: By
    person: Person | None
    type: LoadedType
    stage: Stage
    before: TicketStatus
    after: TicketStatus

    @property
    def account_id(self) -> str | None:
        return self.person.account_id if self.person is not None else None


@dataclass(frozen=True)
class Done:
    """What an effect has done beside changing the row. `data`: for the history. `type`: another one from now on.
    `turn`: whose turn it is, where the flow does not say. `then`: a step that follows by itself."""

    data: dict[str, Any] = field(default_factory=dict)
    type: LoadedType | None = None
    turn: Turn | None = None
    then: TicketStep | None = None
