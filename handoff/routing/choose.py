"""Which of those who wait is given to which agent, and why. Pure; the dispatcher calls it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from handoff.routing.case import Candidate, Step, Waiting
from handoff.routing.strategies import Strategy, ranked

# As many candidates are kept with an assignment; the rest is a number.
MOST_EXPLAINED = 8


@dataclass(frozen=True)
class Choice:
    """`steps` say why it is this agent; `agent` is None when nobody can take it now."""

    waiting: Waiting
    agent: Candidate | None
    steps: tuple[Step, ...] = ()


def has_room(candidate: Candidate, channel: str, limits: Mapping[str, int]) -> bool:
    """Whether one more of this channel fits. `limits`: most per channel; a channel not named has none."""
    if candidate.active >= candidate.capacity:
        return False
    limit = limits.get(channel)
    return limit is None or candidate.by_channel.get(channel, 0) < limit


def may_serve(candidate: Candidate, waiting: Waiting, now: datetime) -> bool:
    """Whether the conversation waits for this agent: by its group, or by name."""
    wanted = waiting.only_for(now)
    if wanted is not None:
        return candidate.agent_id == wanted
    return (
        waiting.group_id is None
        or waiting.group_id in candidate.groups
        # Whoever was asked for by name may have it also when the time of waiting for them is over.
        or candidate.agent_id == waiting.wanted_agent
    )


def choose(
    waiting: Waiting,
    candidates: Sequence[Candidate],
    *,
    strategy: Strategy,
    limits: Mapping[str, int],
    now: datetime,
) -> Choice:
    """The agent for one conversation."""
    fitting = [
        each
        for each in candidates
        if may_serve(each, waiting, now) and has_room(each, waiting.channel, limits)
    ]
    wanted = next((each for each in fitting if each.agent_id == waiting.wanted_agent), None)
    if wanted is not None:
        return Choice(waiting, wanted, ({"kind": "wanted_free", "agent": wanted.name},))
    if not fitting:
        return Choice(waiting, None)
    order = ranked(fitting, strategy)
    step: Step = {
        "kind": "candidates",
        "strategy": strategy,
        "chosen": order[0].name,
        "number": len(order),
        "agents": [
            {"name": each.name, "active": each.active, "capacity": each.capacity}
            for each in order[:MOST_EXPLAINED]
        ],
    }
    return Choice(waiting, order[0], (step,))


def plan(
    line: Sequence[Waiting],
    candidates: Sequence[Candidate],
    *,
    strategy: Strategy,
    limits: Mapping[str, int],
    now: datetime,
) -> list[Choice]:
    """Who of the line (in order) goes to whom, as far as there is room.

    Whoever nobody can take now is passed over: a full group must not hold up the others.
    """
    hands = list(candidates)
    given: list[Choice] = []
    for waiting in line:
        if not any(each.active < each.capacity for each in hands):
            break
        choice = choose(waiting, hands, strategy=strategy, limits=limits, now=now)
        if choice.agent is None:
            continue
        given.append(choice)
        place = hands.index(choice.agent)
        hands[place] = _with_one_more(choice.agent, waiting.channel, now)
    return given


def _with_one_more(candidate: Candidate, channel: str, now: datetime) -> Candidate:
    by_channel = {**candidate.by_channel, channel: candidate.by_channel.get(channel, 0) + 1}
    return replace(candidate, active=candidate.active + 1, by_channel=by_channel, last_given_at=now)
