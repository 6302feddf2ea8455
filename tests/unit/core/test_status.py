"""The conversation's status table."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.conversation.status import TABLE, ConversationStatus, Trigger, next_status
from core.errors import IllegalTransition


@given(st.sampled_from(ConversationStatus), st.sampled_from(Trigger))
def test_a_step_is_in_the_table_or_refused(status: ConversationStatus, trigger: Trigger) -> None:
    if (status, trigger) in TABLE:
        assert next_status(status, trigger) is TABLE[status, trigger]
    else:
        with pytest.raises(IllegalTransition) as refused:
            next_status(status, trigger)
        assert refused.value.details == {"status": status, "trigger": trigger}


@given(st.sampled_from(Trigger))
def test_nothing_happens_to_a_closed_conversation(trigger: Trigger) -> None:
    with pytest.raises(IllegalTransition):
        next_status(ConversationStatus.CLOSED, trigger)


def test_every_open_status_can_be_closed() -> None:
    for status in set(ConversationStatus) - {ConversationStatus.CLOSED}:
        assert next_status(status, Trigger.CLOSED) is ConversationStatus.CLOSED


def test_every_trigger_is_used() -> None:
    assert {trigger for _, trigger in TABLE} == set(Trigger)
