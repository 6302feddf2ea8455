"""Random flows, random people, random steps: no review is skipped, nobody does what he may not, history replays."""

from __future__ import annotations

from collections.abc import Awaitable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.auth.actor import Actor
from core.clock import FixedClock
from core.errors import BangbanError, InvalidInput, NotFound
from handoff.tickets.life.assigning_by_hand import AssignRefused, ReviewsOwnDraft
from handoff.tickets.models import TicketHistory
from handoff.tickets.schemas import TicketDetail
from handoff.tickets.status import TicketStep, possible_steps
from handoff.tickets.types.checking import flow_mistakes
from handoff.tickets.types.definition import END, Flow, Stage
from tests.integration.handoff.random_flows import (
    FORWARD,
    OF_THE_STAGE,
    PEOPLE,
    Office,
    Town,
    Try,
    flows,
    opened,
    script,
)
from tests.integration.handoff.tickets import (
    define,
    file,
    steps_of,
    stored,
    take,
)

_keys = count(1)


@pytest.fixture
def office(sqlite_template: Path, tmp_path: Path, clock: FixedClock) -> Iterator[Town]:
    with opened(sqlite_template, tmp_path / "random.sqlite3", clock) as town:
        yield town


@settings(
    max_examples=20, deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.filter_too_much, HealthCheck.too_slow],
)  # fmt: skip
@given(stages=flows(), script=script, filer=st.sampled_from(PEOPLE))
def test_no_review_is_skipped_and_every_ticket_can_be_finished(
    office: Town, stages: list[dict[str, Any]], script: list[Try], filer: str
) -> None:
    office.runner.run(_play(office.office, stages, script, filer))


async def _play(
    office: Office, stages: list[dict[str, Any]], script: list[Try], filer: str
) -> None:
    drawn = [
        {**{k: v for k, v in each.items() if k != "chosen"},
         "who": office.who(each["who"], each["chosen"])}
        for each in stages
    ]  # fmt: skip
    flow = Flow(stages=[Stage.model_validate(each) for each in drawn])
    if flow_mistakes(flow):
        return
    key = f"random{next(_keys)}"
    await define(office.world, key, *drawn)
    ticket = await file(office.world, office.people[filer], type=key)
    for step, who, whom, choice in script:
        await _cheat(office, ticket, flow)
        if step is None:
            await _forward(office, ticket, flow, who, choice)
        else:
            await _try(office, ticket, flow, step, who, whom, choice)
    await _finish(office, ticket, flow)


async def _try(
    office: Office,
    ticket: TicketDetail,
    flow: Flow,
    step: TicketStep,
    who: str,
    whom: str,
    choice: int,
) -> None:
    """Somebody tries a step: refused for whom it is not offered, and then nothing has changed."""
    world, actor = office.world, office.people[who]
    before = await stored(world, ticket.id)
    offered = await _offered(office, ticket, actor)
    stage = flow.stage(before.stage)
    assert stage is not None
    more: dict[str, Any] = {"reason": "原因"}
    if step is TicketStep.ASSIGN:
        more["assignee_id"] = office.people[whom].account_id
    if step is TicketStep.REVISE:
        more["title"] = f"标题{before.version}"
    if step in (TicketStep.SUBMIT, TicketStep.APPROVE):
        more["next_stage"] = stage.next[choice % len(stage.next)]
    refused = await _refusal(take(world, ticket, step, actor, **more))
    if refused is None:
        assert step in offered, (step, who)
        await _check(office, ticket, flow)
        return
    assert (await stored(world, ticket.id)).version == before.version
    # Offered, and yet not to this person or along this way.
    beyond = (InvalidInput, AssignRefused, ReviewsOwnDraft)
    assert step not in offered or isinstance(refused, beyond), (step, who, refused.code)


async def _forward(office: Office, ticket: TicketDetail, flow: Flow, who: str, choice: int) -> None:
    """The first who can, beginning with `who`, brings it a step on."""
    begin = PEOPLE.index(who)
    for name in (*PEOPLE[begin:], *PEOPLE[:begin]):
        offered = await _offered(office, ticket, office.people[name])
        on = [each for each in FORWARD if each in offered]
        if on:
            await _try(office, ticket, flow, on[choice % len(on)], name, name, choice)
            return


async def _cheat(office: Office, ticket: TicketDetail, flow: Flow) -> None:
    """Whoever wrote what is under review tries to pass it himself."""
    now = await stored(office.world, ticket.id)
    writer = next((a for a in office.people.values() if a.account_id == now.handler_id), None)
    if now.status != "open" or writer is None or not _by_review(flow, now.stage):
        return
    for step in ("approve", "resolve", "accept", "send_back"):
        assert await _refusal(take(office.world, ticket, step, writer, reason="自己看过了"))


async def _offered(office: Office, ticket: TicketDetail, actor: Actor) -> list[TicketStep]:
    try:
        return (await office.world.people.tickets.get(ticket.id, actor)).steps
    except NotFound:
        return []


async def _refusal(trying: Awaitable[TicketDetail]) -> BangbanError | None:
    try:
        await trying
    except BangbanError as error:
        return error
    return None


async def _check(office: Office, ticket: TicketDetail, flow: Flow) -> None:
    """The history tells the present state, and every answer went through its reviews."""
    now, rows = await stored(office.world, ticket.id), await steps_of(office.world, ticket.id)
    assert [row.version for row in rows] == list(range(1, now.version + 1))
    stage, holder, writer = flow.stages[0].key, None, None
    for row in rows:
        if row.step in ("submit", "approve") and row.data["stage"] != flow.stages[0].key:
            known = flow.stage(stage)
            assert known is not None
            # Only along the flow, and out of a review only by approving.
            assert row.data["stage"] in known.next
            assert (known.kind == "review") == (row.step == "approve")
        if row.step in ("approve", "send_back"):
            assert row.actor != writer
        if row.step == "resolve":
            known = flow.stage(stage)
            assert known is not None
            assert END in known.next
        if row.step in OF_THE_STAGE:
            assert row.actor in ({holder} if holder else _could(office, flow, stage))
        if row.step in ("submit", "resolve") and not _by_review(flow, stage):
            writer = row.actor
        stage, holder = _moved(row, stage, holder)
    assert (now.status, now.stage, now.assignee_id) == (rows[-1].to_status, stage, holder)
    if _by_review(flow, now.stage) and now.status == "open":
        assert now.assignee_id is None or now.assignee_id != now.handler_id


def _could(office: Office, flow: Flow, key: str) -> set[str]:
    """Who may do a stage that nobody has in his hands, at most: those it names, and whoever dispatches."""
    stage = flow.stage(key)
    assert stage is not None
    named = {
        "persons": set(stage.who.account_ids),
        "leader": {office.people["chief"].account_id},
        "department": {office.people[each].account_id for each in ("chief", "clerk", "below")},
        "assigned": {office.people[each].account_id for each in PEOPLE},
    }
    dispatch = {office.people[each].account_id for each in ("boss", "admin")}
    return named.get(stage.who.kind, set()) | dispatch


def _by_review(flow: Flow, key: str) -> bool:
    stage = flow.stage(key)
    return stage is not None and stage.kind == "review"


def _moved(row: TicketHistory, stage: str, holder: str | None) -> tuple[str, str | None]:
    """Where a step leaves the ticket, and in whose hands, as its data says."""
    after = row.data.get("stage", stage)
    for key in ("assignee_id", "to"):
        if key in row.data:
            holder = row.data[key]
            break
    return (stage if after == END else after), holder


async def _finish(office: Office, ticket: TicketDetail, flow: Flow) -> None:
    """Those who dispatch can always bring it to its end, whatever has happened to it."""
    world = office.world
    for _ in range(24):
        now = await stored(world, ticket.id)
        if now.status in ("closed", "withdrawn"):
            return
        for name in ("boss", "admin"):
            actor = office.people[name]
            steps = (await world.people.tickets.get(ticket.id, actor)).steps
            wanted = next(
                (
                    each
                    for each in ("close", "approve", "resolve", "submit", "accept")
                    if each in steps
                ),
                None,
            )
            if wanted is not None:
                await take(world, ticket, wanted, actor, reason="办理")
                await _check(office, ticket, flow)
                break
        else:
            raise AssertionError(f"stuck: {now.status} {now.stage} {possible_steps(now.status)}")  # type: ignore[arg-type]
    raise AssertionError("never finished")
