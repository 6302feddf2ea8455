"""Who can be handed a conversation, and to whom it can be given back."""

from __future__ import annotations

import pytest

from handoff.desk.team.rules import Handed, Refusal, Target, gives_back_to, refusal


@pytest.mark.parametrize(
    ("target", "actor", "why"),
    [
        (Target("b", "online", 0, 5), "a", None),
        (Target("b", "busy", 4, 5), "a", None),
        (Target("b", "wrap_up", 0, 5), "a", None),
        (Target("b", "rest", 0, 5), "a", "resting"),
        (Target("b", "offline", 0, 5), "a", "offline"),
        (Target("b", "online", 5, 5), "a", "full"),
        (Target("b", "online", 0, 0), "a", "full"),
        (Target("b", "offline", 5, 5), "a", "offline"),
        (Target("a", "online", 0, 5), "a", "oneself"),
        (Target("a", "online", 0, 5), "lead", "owner"),
        (Target("lead", "online", 0, 5), "lead", None),
    ],
)
def test_an_agent_is_refused_for_one_reason(
    target: Target, actor: str, why: Refusal | None
) -> None:
    assert refusal(target, owner_id="a", actor_id=actor) == why


@pytest.mark.parametrize(
    ("last", "owner", "epoch", "to"),
    [
        (None, "b", 3, None),
        (Handed("a", "b", "accepted", 3), "b", 3, "a"),
        # It has changed hands since.
        (Handed("a", "b", "accepted", 3), "c", 4, None),
        (Handed("a", "b", "accepted", 3), None, 4, None),
        # Not accepted yet: the sender still has it.
        (Handed("a", "b", "pending", 3), "a", 3, None),
        (Handed("a", "b", "pending", 3), "c", 4, None),
        # Out of a group's queue by one claim, also after the time in which it might have come back.
        (Handed("a", None, "pending", 3), "c", 4, "a"),
        (Handed("a", None, "expired", 3), "c", 4, "a"),
        (Handed("a", None, "accepted", 4), "c", 4, "a"),
        (Handed("a", None, "pending", 3), "c", 5, None),
        # The sender has taken it out of the queue.
        (Handed("a", None, "pending", 3), "a", 4, None),
    ],
)
def test_what_came_from_somebody_goes_back_to_them_as_long_as_nobody_else_had_it(
    last: Handed | None, owner: str | None, epoch: int, to: str | None
) -> None:
    assert gives_back_to(last, owner_id=owner, epoch=epoch) == to
