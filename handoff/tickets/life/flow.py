"""Whose turn it is on a ticket, what may follow, and whether somebody may take a step. Pure; stepping.py calls it.

The status table (status.py) says what is possible at all; this says for whom, and keeps reviews from being skipped:
a stage is left along its `next` only, by whoever's turn it is, and nobody reviews what he wrote himself. Backwards
there are three ways, each a step and no edge: send_back to the stage that wrote the answer, return and classify to
the beginning. Whatever leads back leads through the same reviews again.
"""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from handoff.tickets.status import UNDER_WAY, TicketStatus, TicketStep, possible_steps
from handoff.tickets.types.definition import END

if TYPE_CHECKING:
    from handoff.tickets.access import Person
    from handoff.tickets.types.definition import Flow, Stage


class Turn(StrEnum):
    PERSON = "person"  # the assignee's
    DEPARTMENT = "department"  # anybody's of the ticket's department
    ANYBODY = "anybody"  # it has no person, and there are no departments
    DISPATCHERS = "dispatchers"
    NAMED = "named"  # those whom the stage names
    NOBODY = "nobody"  # nothing is owed


class Refusal(StrEnum):
    """Why somebody may not take a step that the status allows."""

    NOT_YOUR_TURN = "not_your_turn"
    OWN_DRAFT = "own_draft"
    WRONG_STAGE = "wrong_stage"
    REVIEW_NEEDED = "review_needed"
    NOT_YOURS = "not_yours"
    ALREADY_YOURS = "already_yours"


class Standing(Protocol):
    """What of a ticket the rules look at; models.Ticket has it all."""

    status: str
    stage: str
    turn: str
    department_id: str | None
    assignee_id: str | None
    handler_id: str | None
    created_by: str | None


_T = TicketStep
# Work on a stage: for whoever's turn it is and nobody else.
_OF_THE_STAGE = frozenset({_T.SUBMIT, _T.RESOLVE, _T.ASK, _T.RETURN, _T.APPROVE, _T.SEND_BACK})
# Also for those who say whose a ticket is.
_OF_WHO_DECIDES = frozenset({_T.CLASSIFY, _T.REVISE, _T.RESUME, _T.MERGE})
# For everybody who has to do with it: filed it, wrote its answer, has it, or may dispatch.
_OF_THE_CONCERNED = frozenset({_T.REPLY, _T.WITHDRAW, _T.CLOSE, _T.REOPEN})


def stage_of(flow: Flow, ticket: Standing) -> Stage:
    """Where it stands. A ticket from before there were flows is at the beginning, or worked on if accepted."""
    found = flow.stage(ticket.stage)
    if found is not None:
        return found
    begin = flow.stages[0]
    if ticket.status == TicketStatus.NEW:
        return begin
    return next((each for each in flow.stages if each.kind == "handle"), begin)


def following(flow: Flow, stage: Stage) -> list[str]:
    """The keys of the stages that may come next, the usual one first; END is not among them."""
    return [key for key in stage.next if key != END and flow.stage(key) is not None]


def is_last(stage: Stage) -> bool:
    """Whether the ticket may be resolved when this stage is done."""
    return END in stage.next


def must_be_reviewed(flow: Flow, stage: Stage) -> bool:
    """Whether every way from here to the end leads through a review, the one at `stage` included."""
    waiting, seen = [stage.key], set()
    while waiting:
        key = waiting.pop()
        if key == END:
            return False
        found = flow.stage(key)
        if key not in seen and found is not None and found.kind != "review":
            waiting += found.next
        seen.add(key)
    return True


def holds(ticket: Standing, person: Person) -> bool:
    return person.account_id is not None and ticket.assignee_id == person.account_id


def fits(stage: Stage, ticket: Standing, person: Person) -> bool:
    """Whether the stage is one this person may do, whoever has it now."""
    if ticket.turn == Turn.DISPATCHERS:
        return person.dispatches
    who = stage.who
    match who.kind:
        case "dispatchers":
            return person.dispatches
        case "assigned" if stage.kind == "dispatch":
            return person.dispatches
        case "assigned":
            if ticket.department_id is None:
                return person.undivided
            return ticket.department_id in person.departments
        case "leader":
            return ticket.department_id is not None and ticket.department_id in person.leads
        case "department":
            return who.department_id in person.departments
        case "persons":
            return person.account_id in who.account_ids
        case "role":
            return person.role == who.role or (who.role == "supervisor" and person.role == "admin")


def in_turn(stage: Stage, ticket: Standing, person: Person) -> bool:
    """Whether it is this person's turn: he has it, or nobody has it and he is one of those who may."""
    if ticket.status not in UNDER_WAY:
        return False
    if ticket.assignee_id is not None:
        return holds(ticket, person)
    return fits(stage, ticket, person)


def turn_at(
    stage: Stage,
    *,
    department_id: str | None,
    assignee_id: str | None,
    named: Collection[str] | None,
    undivided: bool,
) -> Turn:
    """Whose turn it is when a ticket comes to `stage`.

    `named`: the accounts that the stage's `who` leaves, without whoever wrote what is reviewed; None: not asked.
    Where nobody is left, those who may dispatch decide, so that nothing is stuck. `undivided`: nobody
    is in a department, and whoever works on tickets may take what is nobody's.
    """
    if assignee_id is not None:
        return Turn.PERSON
    kind = stage.who.kind
    if kind == "dispatchers" or (kind == "assigned" and stage.kind == "dispatch"):
        return Turn.DISPATCHERS
    if named is not None and not named:
        return Turn.DISPATCHERS
    if kind not in ("assigned", "department"):
        return Turn.NAMED
    if department_id is not None:
        return Turn.DEPARTMENT
    return Turn.ANYBODY if undivided else Turn.DISPATCHERS


def may(step: TicketStep, ticket: Standing, stage: Stage, person: Person) -> Refusal | None:
    """Why `person`, who sees the ticket, may not take a step that its status allows; None: he may."""
    wrong = _wrong_stage(step, ticket, stage)
    if wrong is not None:
        return wrong
    reviews_own = (
        stage.kind == "review"
        and ticket.handler_id is not None
        and ticket.handler_id == person.account_id
    )
    mine = in_turn(stage, ticket, person)
    if step in _OF_THE_STAGE:
        if reviews_own:
            return Refusal.OWN_DRAFT
        return None if mine else Refusal.NOT_YOUR_TURN
    if step is _T.ACCEPT:
        if reviews_own:
            return Refusal.OWN_DRAFT
        if holds(ticket, person) and ticket.status != TicketStatus.NEW:
            return Refusal.ALREADY_YOURS
        takes = person.dispatches or holds(ticket, person) or fits(stage, ticket, person)
        return None if takes else Refusal.NOT_YOURS
    if step is _T.ASSIGN:
        # Work, and no review: who leads would choose who reviews his people, or himself.
        works = stage.kind != "review" and ticket.department_id is not None
        leads = works and ticket.department_id in person.leads
        gives = person.dispatches or leads or (mine and not reviews_own)
        return None if gives else Refusal.NOT_YOURS
    if step in _OF_WHO_DECIDES:
        return None if mine or person.dispatches else Refusal.NOT_YOURS
    if step in _OF_THE_CONCERNED:
        me = person.account_id
        concerned = me is not None and me in (
            ticket.created_by, ticket.assignee_id, ticket.handler_id,
        )  # fmt: skip
        return None if mine or concerned or person.dispatches else Refusal.NOT_YOURS
    if step is _T.URGE:
        return Refusal.ALREADY_YOURS if holds(ticket, person) else None
    return None


def _wrong_stage(step: TicketStep, ticket: Standing, stage: Stage) -> Refusal | None:
    if step in (_T.APPROVE, _T.SEND_BACK):
        return None if stage.kind == "review" else Refusal.WRONG_STAGE
    if step is _T.RETURN:
        returned = ticket.turn == Turn.DISPATCHERS
        return None if stage.kind == "handle" and not returned else Refusal.WRONG_STAGE
    if step is _T.ASK:
        return None if stage.kind == "handle" else Refusal.WRONG_STAGE
    if step is _T.SUBMIT:
        further = any(key != END for key in stage.next)
        return None if stage.kind == "handle" and further else Refusal.WRONG_STAGE
    if step is _T.RESOLVE:
        if stage.kind == "review":
            return Refusal.WRONG_STAGE
        return None if is_last(stage) else Refusal.REVIEW_NEEDED
    return None


def steps_for(ticket: Standing, stage: Stage, person: Person) -> list[TicketStep]:
    """What this person may do now, in the order of the table."""
    possible = possible_steps(TicketStatus(ticket.status))
    return [step for step in possible if may(step, ticket, stage, person) is None]


def may_be_given(
    stage: Stage, ticket: Standing, giver: Person, *, to: Person | None, department_id: str | None
) -> bool:
    """Whether `giver`, who may assign, may give it there: anywhere, or no further than the ticket's department.

    What is under review never goes to whoever wrote it.
    """
    if to is not None and stage.kind == "review" and to.account_id == ticket.handler_id:
        return False
    if giver.dispatches or giver.undivided:
        return True
    if ticket.department_id is None:
        return False
    within = to is None or ticket.department_id in to.departments
    same = department_id in (None, ticket.department_id)
    return within and same
