"""The life of a ticket as a table: every step leads somewhere known, nothing is stuck."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import IllegalTransition
from handoff.tickets.status import (
    TABLE,
    TicketStatus,
    TicketStep,
    next_status,
    possible_steps,
)

FINISHED = {TicketStatus.CLOSED, TicketStatus.WITHDRAWN}


@given(steps=st.lists(st.sampled_from(TicketStep), max_size=30))
def test_no_sequence_of_steps_leaves_the_table(steps: list[TicketStep]) -> None:
    status = TicketStatus.NEW
    for step in steps:
        if (status, step) in TABLE:
            status = next_status(status, step)
        else:
            with pytest.raises(IllegalTransition):
                next_status(status, step)
        assert status in TicketStatus


def reachable(start: TicketStatus) -> set[TicketStatus]:
    seen, todo = {start}, [start]
    while todo:
        status = todo.pop()
        for step in possible_steps(status):
            after = next_status(status, step)
            if after not in seen:
                seen.add(after)
                todo.append(after)
    return seen


def test_every_status_can_be_reached_and_every_unfinished_one_can_be_finished() -> None:
    assert reachable(TicketStatus.NEW) == set(TicketStatus)
    for status in set(TicketStatus) - FINISHED:
        assert reachable(status) & FINISHED


def test_a_withdrawn_ticket_stays_withdrawn_and_a_closed_one_can_only_be_reopened() -> None:
    assert possible_steps(TicketStatus.WITHDRAWN) == []
    leaving = {
        step
        for step in TicketStep
        if TABLE.get((TicketStatus.CLOSED, step)) not in (None, TicketStatus.CLOSED)
    }
    assert leaving == {TicketStep.REOPEN}


def test_only_what_was_resolved_can_be_closed() -> None:
    closing = [status for (status, step) in TABLE if step is TicketStep.CLOSE]
    assert closing == [TicketStatus.RESOLVED]
