"""Whose turn it is, and who may do what: the rules of a ticket's flow without anything around them."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest

from handoff.tickets.access import Person
from handoff.tickets.life.flow import (
    Refusal,
    Turn,
    following,
    is_last,
    may,
    may_be_given,
    stage_of,
    steps_for,
    turn_at,
)
from handoff.tickets.status import TicketStep
from handoff.tickets.types.definition import Flow, Stage, Who

DISPATCH = Stage(key="dispatch", name="分派", kind="dispatch", next=["handle"])
HANDLE = Stage(key="handle", name="承办", kind="handle", next=["review", "end"])
REVIEW = Stage(key="review", name="审核", kind="review", who=Who(kind="leader"), next=["end"])
FLOW = Flow(stages=[DISPATCH, HANDLE, REVIEW])


@dataclass(frozen=True)
class Standing:
    status: str = "open"
    stage: str = "handle"
    turn: str = "person"
    department_id: str | None = "loans"
    assignee_id: str | None = "clerk"
    handler_id: str | None = None
    created_by: str | None = "agent"


CLERK = Person("clerk", "handler", department_id="loans", departments=frozenset({"loans"}))
COLLEAGUE = replace(CLERK, account_id="colleague")
CHIEF = replace(CLERK, account_id="chief", leads=frozenset({"loans"}))
STRANGER = Person("stranger", "handler", departments=frozenset({"savings"}))
BOSS = Person("boss", "supervisor", dispatches=True)
FREE = Standing(status="new", turn="department", assignee_id=None)


def test_an_old_ticket_stands_where_its_status_says() -> None:
    assert stage_of(FLOW, Standing(status="new", stage="")) is DISPATCH
    assert stage_of(FLOW, Standing(stage="")) is HANDLE


def test_what_follows_is_the_flows() -> None:
    assert following(FLOW, HANDLE) == ["review"]
    assert (is_last(HANDLE), is_last(DISPATCH)) == (True, False)


@pytest.mark.parametrize(
    ("step", "person", "refusal"),
    [
        ("submit", CLERK, None),
        ("submit", COLLEAGUE, Refusal.NOT_YOUR_TURN),
        ("submit", BOSS, Refusal.NOT_YOUR_TURN),
        ("accept", CLERK, Refusal.ALREADY_YOURS),
        ("accept", COLLEAGUE, None),
        ("accept", BOSS, None),
        ("accept", STRANGER, Refusal.NOT_YOURS),
        ("assign", CLERK, None),
        ("assign", COLLEAGUE, Refusal.NOT_YOURS),
        ("assign", CHIEF, None),
        ("approve", CLERK, Refusal.WRONG_STAGE),
        ("urge", CLERK, Refusal.ALREADY_YOURS),
        ("urge", BOSS, None),
        ("withdraw", STRANGER, Refusal.NOT_YOURS),
        ("comment", STRANGER, None),
    ],
)
def test_work_is_for_whoever_has_it(step: str, person: Person, refusal: Refusal | None) -> None:
    assert may(TicketStep(step), Standing(), HANDLE, person) == refusal


def test_nobody_reviews_what_he_wrote_however_he_comes_by_it() -> None:
    review = Standing(stage="review", turn="named", assignee_id=None, handler_id="chief")
    for step in (TicketStep.APPROVE, TicketStep.SEND_BACK, TicketStep.ACCEPT):
        assert may(step, review, REVIEW, CHIEF) is Refusal.OWN_DRAFT
        assert may(step, replace(review, assignee_id="chief"), REVIEW, CHIEF) is Refusal.OWN_DRAFT
    writer = replace(BOSS, account_id="chief")
    assert (
        may(TicketStep.APPROVE, replace(review, turn="dispatchers"), REVIEW, writer)
        is Refusal.OWN_DRAFT
    )
    assert may(TicketStep.APPROVE, replace(review, turn="dispatchers"), REVIEW, BOSS) is None
    assert not may_be_given(REVIEW, review, BOSS, to=CHIEF, department_id=None)


def test_a_review_is_left_by_approving_only() -> None:
    review = Standing(stage="review", assignee_id="chief", handler_id="clerk")
    assert may(TicketStep.RESOLVE, review, REVIEW, CHIEF) is Refusal.WRONG_STAGE
    assert may(TicketStep.SUBMIT, review, REVIEW, CHIEF) is Refusal.WRONG_STAGE
    only = HANDLE.model_copy(update={"next": ["review"]})
    assert may(TicketStep.RESOLVE, Standing(), only, CLERK) is Refusal.REVIEW_NEEDED


def test_what_was_returned_is_for_those_who_dispatch() -> None:
    returned = Standing(status="new", turn="dispatchers", department_id=None, assignee_id=None)
    assert may(TicketStep.ACCEPT, returned, HANDLE, CLERK) is Refusal.NOT_YOURS
    assert may(TicketStep.ACCEPT, returned, HANDLE, BOSS) is None
    assert TicketStep.RETURN not in steps_for(returned, HANDLE, BOSS)


@pytest.mark.parametrize(
    ("stage", "named", "department", "undivided", "turn"),
    [
        (DISPATCH, None, None, False, Turn.DISPATCHERS),
        (HANDLE, None, "loans", False, Turn.DEPARTMENT),
        (HANDLE, None, None, False, Turn.DISPATCHERS),
        (HANDLE, None, None, True, Turn.ANYBODY),
        (REVIEW, {"chief"}, "loans", False, Turn.NAMED),
        (REVIEW, set(), "loans", False, Turn.DISPATCHERS),
    ],
)
def test_it_is_always_somebodys_turn(
    stage: Stage, named: set[str] | None, department: str | None, undivided: bool, turn: Turn
) -> None:
    found = turn_at(
        stage, department_id=department, assignee_id=None, named=named, undivided=undivided
    )
    assert found is turn
    held = turn_at(
        stage, department_id=department, assignee_id="x", named=named, undivided=undivided
    )
    assert held is Turn.PERSON


def test_who_does_not_dispatch_gives_no_further_than_his_department() -> None:
    assert may_be_given(HANDLE, FREE, CLERK, to=COLLEAGUE, department_id=None)
    assert not may_be_given(HANDLE, FREE, CLERK, to=STRANGER, department_id=None)
    assert not may_be_given(HANDLE, FREE, CLERK, to=None, department_id="savings")
    assert may_be_given(HANDLE, FREE, BOSS, to=STRANGER, department_id="savings")
