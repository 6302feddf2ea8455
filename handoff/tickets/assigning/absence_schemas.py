"""What clients see of absences, and what they send to enter and change them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, StringConstraints

from core.conversation.content import printable
from core.ids import Id
from handoff.tickets.assigning.models import Absence

LONGEST = timedelta(days=366)
Clean = BeforeValidator(lambda value: printable(value) if isinstance(value, str) else value)
Note = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200), Clean]
State = Literal["planned", "current", "past"]


class AbsenceWrite(BaseModel):
    """`account_id` null: one's own. `hand_over`: what is under way goes to the substitute when it begins."""

    model_config = ConfigDict(extra="forbid")

    account_id: Id | None = None
    substitute_id: Id | None = None
    from_at: AwareDatetime
    until_at: AwareDatetime
    hand_over: bool = False
    note: Note = ""


class AbsenceRead(BaseModel):
    """`open_tickets`: how many the person has in hand now. `handed_over_at`: since then nothing waits with him."""

    id: str
    account_id: str
    account_name: str
    substitute_id: str | None
    substitute_name: str
    from_at: datetime
    until_at: datetime
    state: State
    hand_over: bool
    handed_over_at: datetime | None
    open_tickets: int
    note: str

    @classmethod
    def of(
        cls, row: Absence, *, name: str, substitute: str, open_tickets: int, now: datetime
    ) -> AbsenceRead:
        state: State = "planned" if row.from_at > now else "current"
        return cls(
            id=row.id, account_id=row.account_id, account_name=name, substitute_id=row.substitute_id,
            substitute_name=substitute, from_at=row.from_at, until_at=row.until_at,
            state="past" if row.until_at <= now else state, hand_over=row.hand_over,
            handed_over_at=row.handed_over_at, open_tickets=open_tickets, note=row.note,
        )  # fmt: skip
