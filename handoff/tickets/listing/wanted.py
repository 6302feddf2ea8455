"""What a list of tickets holds: its name, and the filters on top of it, as conditions of a query."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import ColumnElement, and_, or_, tuple_

from core.ids import first_at
from core.sms.phones import PhoneInvalid, mobile
from handoff.tickets.access import in_hands_of, is_owed
from handoff.tickets.models import Ticket
from handoff.tickets.numbers import PATTERN
from handoff.tickets.words import asked_words, named

# mine: one's turn. department: under way in one's departments. unassigned: nobody has it. waiting: for the citizen.
ListName = Literal[
    "all", "mine", "department", "unassigned", "review", "due_soon", "overdue", "waiting"
]
NAMES: tuple[ListName, ...] = (
    "mine", "department", "unassigned", "review", "due_soon", "overdue", "waiting", "all",
)  # fmt: skip
# Whatever the weekend does with it: what is due on Monday is seen on Saturday.
SOON = timedelta(days=2)
# A stage of a flow: type, version, key.
StageKey = tuple[str, int, str]


@dataclass(frozen=True)
class Wanted:
    """What to list; empty does not filter, of several values one must be. Times: since is in, until is out.

    `text`: a whole number, a whole phone number, or words, all of which must be there.
    """

    view: ListName = "all"
    types: Sequence[str] = ()
    statuses: Sequence[str] = ()
    stages: Sequence[str] = ()
    departments: Sequence[str] = ()
    assignees: Sequence[str] = ()
    businesses: Sequence[str] = ()
    regions: Sequence[str] = ()
    priorities: Sequence[str] = ()
    sources: Sequence[str] = ()
    channels: Sequence[str] = ()
    filed_since: datetime | None = None
    filed_until: datetime | None = None
    due_since: datetime | None = None
    due_until: datetime | None = None
    number: str = ""
    phone: str = ""
    name: str = ""
    text: str = ""
    conversation_id: str | None = None
    contact_id: str | None = None


@dataclass(frozen=True)
class Asker:
    """Who asks: their account, the departments whose tickets they may take or see, and which stages are reviews."""

    account_id: str
    departments: Collection[str]
    reviews: Collection[StageKey]
    now: datetime


def in_list(name: ListName, asker: Asker) -> list[ColumnElement[bool]]:
    """What makes the list. What is under way is said in the words of the indexes (access.is_owed)."""
    me = asker.account_id
    match name:
        case "all":
            return []
        case "mine":
            named = and_(
                Ticket.turn == "named",
                in_hands_of(me),
                or_(Ticket.handler_id.is_(None), Ticket.handler_id != me),
            )
            return [is_owed(), Ticket.status != "pending", or_(Ticket.assignee_id == me, named)]
        case "department":
            return [is_owed(), Ticket.department_id.in_(sorted(asker.departments))]
        case "unassigned":
            return [is_owed(), Ticket.turn.in_(["dispatchers", "anybody", "department"])]
        case "review":
            reviews = sorted(asker.reviews)
            stages = sorted({stage for _, _, stage in reviews})
            exactly = tuple_(Ticket.type, Ticket.type_version, Ticket.stage).in_(reviews)
            return [is_owed(), Ticket.stage.in_(stages), exactly]
        case "due_soon":
            return [
                is_owed(), Ticket.due_at > asker.now, Ticket.due_at <= asker.now + SOON,
            ]  # fmt: skip
        case "overdue":
            return [is_owed(), Ticket.due_at <= asker.now]
        case "waiting":
            return [is_owed(), Ticket.status == "pending"]


def conditions(wanted: Wanted, asker: Asker) -> tuple[list[ColumnElement[bool]], list[str]]:
    """The filters, and what is to stand in the words (search.py). Raises WordsTooShort."""
    found = in_list(wanted.view, asker)
    for column, values in (
        (Ticket.type, wanted.types),
        (Ticket.status, wanted.statuses),
        (Ticket.stage, wanted.stages),
        (Ticket.department_id, wanted.departments),
        (Ticket.assignee_id, wanted.assignees),
        (Ticket.business, wanted.businesses),
        (Ticket.region, wanted.regions),
        (Ticket.priority, wanted.priorities),
        (Ticket.source, wanted.sources),
        (Ticket.channel, wanted.channels),
        (Ticket.conversation_id, [wanted.conversation_id] if wanted.conversation_id else []),
        (Ticket.contact_id, [wanted.contact_id] if wanted.contact_id else []),
    ):
        if len(values) == 1:
            found.append(column == values[0])
        elif values:
            found.append(column.in_(list(values)))
    # Ids begin with the time of their making.
    if wanted.filed_since is not None:
        found.append(Ticket.id >= first_at(wanted.filed_since))
    if wanted.filed_until is not None:
        found.append(Ticket.id < first_at(wanted.filed_until))
    if wanted.due_since is not None:
        found.append(Ticket.due_at >= wanted.due_since)
    if wanted.due_until is not None:
        found.append(Ticket.due_at < wanted.due_until)
    words: list[str] = []
    if wanted.number.strip():
        found.append(Ticket.number == wanted.number.strip().upper())
    if wanted.phone.strip():
        # Only as a whole: a number that is shown in part must not be found out piece by piece.
        found.append(Ticket.citizen_phone == _phone(wanted.phone.strip()))
    if wanted.name.strip():
        words.append(named(wanted.name))
    if wanted.text.strip():
        _read(wanted.text.strip(), found, words)
    return found, words


def _phone(text: str) -> str:
    """A mobile in its usual spelling; a landline as it was written down."""
    try:
        return mobile(text)
    except PhoneInvalid:
        return text


def _read(text: str, found: list[ColumnElement[bool]], words: list[str]) -> None:
    if PATTERN.match(text.upper()):
        found.append(Ticket.number == text.upper())
        return
    try:
        found.append(Ticket.citizen_phone == mobile(text))
    except PhoneInvalid:
        words += asked_words(text)
