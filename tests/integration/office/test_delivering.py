"""Every step of a ticket reaches those who want to hear of it: in order, signed, once, however long they are away."""

from __future__ import annotations

from typing import Any

import pytest
from starlette.responses import Response

from core.outbox.worker import LEASE
from core.webhooks import signatures
from tests.integration.office.conftest import API, CITIZEN, World, on_sqlite
from tests.integration.webhook.portal import Heard


async def test_steps_arrive_in_order_and_signed(world: World) -> None:
    made = (await world.admin.post(API, json={"name": "OA", "url": world.receiver.url})).json()
    first = await world.file(1)
    await world.step(first, "accept", status="open")
    second = await world.file(2)
    await world.step(first, "comment", reason="第一次核对")
    await world.step(second, "urge")
    await world.settle()
    assert world.heard() == [
        ("0001", "ticket.file", 1), ("0001", "ticket.accept", 2), ("0002", "ticket.file", 1),
        ("0001", "ticket.comment", 3), ("0002", "ticket.urge", 2),
    ]  # fmt: skip
    for heard in world.receiver.heard:
        signed = signatures.read_headers(heard.headers)
        signatures.check_age(signed, world.clock.now())
        signatures.check(signed, heard.raw, [made["secret"]])
        assert heard.event["id"] == heard.id
    assert not await world.waiting()


@on_sqlite
async def test_an_event_tells_of_the_ticket_as_it_was_after_its_step(world: World) -> None:
    here = await world.department("信贷科")
    await world.connect(personal="full")
    ticket = await world.file(1, department_id=here, description="等了一个月", **CITIZEN)
    await world.step(ticket, "accept", status="open")
    await world.step(ticket, "resolve", status="resolved", resolution="已办结", department_id=None)
    await world.settle()
    filed, accepted, resolved = (event["data"] for event in world.receiver.events("ticket."))
    assert [each["ticket"]["status"] for each in (filed, accepted, resolved)] == [
        "new", "open", "resolved",
    ]  # fmt: skip
    assert filed["ticket"]["department"] == {"id": here, "name": "信贷科"}
    assert resolved["ticket"]["department"] is None
    assert accepted["step"]["from_status"] == "new"
    assert filed["ticket"]["citizen"] == {"name": "张小明", "phone": "13800001234"}
    assert filed["ticket"]["type"] == {"id": "complaint", "name": "投诉"}


@on_sqlite
async def test_a_system_gets_no_more_of_a_citizen_than_it_was_given(world: World) -> None:
    for personal in ("none", "masked", "full"):
        await world.connect(name=personal, personal=personal)
    ticket = await world.file(1, description="我的电话 13800001234", **CITIZEN)
    await world.step(ticket, "comment", reason="已联系 13800001234")
    await world.settle()
    bodies: dict[str, str] = {}
    for heard in world.receiver.heard:
        shown = heard.event["data"]["ticket"]
        citizen = shown["citizen"]
        kind = "none" if citizen is None else "full" if "*" not in citizen["name"] else "masked"
        bodies[kind] = bodies.get(kind, "") + heard.raw.decode()
    assert set(bodies) == {"none", "masked", "full"}
    assert "张小明" in bodies["full"]
    assert "13800001234" in bodies["full"]
    for kind in ("none", "masked"):
        assert "13800001234" not in bodies[kind]
        assert "张小明" not in bodies[kind]
    assert "138****1234" in bodies["masked"]
    assert "电话" not in bodies["none"]


async def test_only_the_wanted_steps_types_and_departments_are_told(world: World) -> None:
    above = await world.department("业务处")
    here = await world.department("信贷科", above)
    other = await world.department("归集科")
    await world.connect(name="处", department_ids=[above], steps=["file", "assign", "resolve"])
    await world.connect(name="投诉", types=["report"], steps=["file", "classify", "urge"])
    mine = await world.file(1, department_id=here)
    await world.step(mine, "comment")
    theirs = await world.file(2, department_id=other)
    await world.step(theirs, "assign", department_id=here)
    # It is told when it loses one too, and hears no more of it then.
    await world.step(theirs, "assign", department_id=other)
    await world.step(theirs, "resolve", status="resolved")
    report = await world.file(3, type="report")
    await world.step(report, "classify", type="complaint")
    await world.step(report, "urge")
    await world.settle()
    # Two systems: each in its own order.
    assert sorted(world.heard()) == [
        ("0001", "ticket.file", 1), ("0002", "ticket.assign", 2), ("0002", "ticket.assign", 3),
        ("0003", "ticket.classify", 2), ("0003", "ticket.file", 1),
    ]  # fmt: skip


async def test_a_receiver_that_is_down_for_thirty_hours_gets_everything_in_order_and_once(
    world: World,
) -> None:
    id = await world.connect()
    world.receiver.always(503)
    ticket = await world.file(1)
    sent: list[tuple[str, str, int]] = [("0001", "ticket.file", 1)]
    for hour in range(30):
        await world.step(ticket, "comment", reason=f"第{hour}小时")
        sent.append(("0001", "ticket.comment", hour + 2))
        await world.later(hours=1)
    assert world.alerts() == ["ticket_endpoint_failing"]
    state = await world.endpoint(id)
    assert state["waiting"] == 31
    assert state["failing_since"] is not None
    tried = world.heard()
    # Nothing but the first was tried, and no more often than an hour has its pauses.
    assert set(tried) == {sent[0]}
    assert len(tried) <= 31
    world.receiver.heard.clear()
    world.receiver.answer = None
    await world.later(minutes=6)
    assert world.heard() == sent
    assert world.alerts() == ["ticket_endpoint_failing", "ticket_endpoint_back"]
    state = await world.endpoint(id)
    assert (state["waiting"], state["failed"], state["failing_since"]) == (0, 0, None)
    assert not await world.waiting()


async def test_what_is_filed_while_it_comes_back_waits_behind_what_waited(world: World) -> None:
    await world.connect()
    world.receiver.always(500)
    ticket = await world.file(1)
    for _ in range(3):
        await world.step(ticket)
    await world.settle()
    world.receiver.heard.clear()
    added = False

    async def answer(_heard: Heard) -> Response:
        nonlocal added
        if not added:
            added = True
            await world.step(ticket, "urge")
        return Response(status_code=204)

    world.receiver.answer = answer
    await world.later(minutes=1)
    assert [version for _, _, version in world.heard()] == [1, 2, 3, 4, 5]


@on_sqlite
async def test_one_that_is_never_taken_is_left_out_and_can_be_sent_again(world: World) -> None:
    id = await world.connect()

    async def answer(heard: Heard) -> Response:
        bad = heard.event["data"]["ticket"]["version"] == 2
        return Response(status_code=422 if bad else 204)

    world.receiver.answer = answer
    ticket = await world.file(1)
    await world.step(ticket)
    await world.step(ticket)
    await world.settle()
    assert [version for _, _, version in world.heard()] == [1, 2, 3]
    assert world.alerts() == []
    (failed,) = await world.log(endpoint_id=id, state="failed")
    assert (failed["version"], failed["status"], failed["number"]) == (2, 422, "GD20261123-0001")
    assert (await world.endpoint(id))["failed"] == 1
    first_id = world.receiver.heard[1].id
    world.receiver.answer = None
    again = await world.admin.post(f"{API}/{id}/retry/{failed['id']}")
    assert again.json() == {"count": 1}
    await world.settle()
    assert world.receiver.heard[-1].id == first_id
    assert await world.log(state="failed") == []
    refused = await world.admin.post(f"{API}/{id}/retry/{failed['id']}")
    assert refused.json()["error"]["code"] == "not_failed"


@on_sqlite
async def test_what_holds_up_the_others_can_be_skipped(world: World) -> None:
    id = await world.connect()

    async def answer(heard: Heard) -> Response:
        bad = heard.event["data"]["ticket"]["version"] == 1
        return Response(status_code=500 if bad else 204)

    world.receiver.answer = answer
    ticket = await world.file(1)
    await world.step(ticket)
    await world.settle()
    assert [version for _, _, version in world.heard()] == [1]
    assert (await world.admin.post(f"{API}/{id}/skip")).status_code == 204
    await world.settle()
    assert [version for _, _, version in world.heard()] == [1, 2]
    assert [row["state"] for row in await world.log(endpoint_id=id)] == ["delivered", "failed"]
    nothing = await world.admin.post(f"{API}/{id}/skip")
    assert nothing.json()["error"]["code"] == "not_waiting"


async def test_a_server_that_dies_between_answer_and_note_repeats_that_event_alone(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await world.connect()
    ticket = await world.file(1)
    for _ in range(3):
        await world.step(ticket)
    real, calls = world.office.delivering._settle, 0

    class Killed(BaseException):
        pass

    async def dies(due: Any, answer: Any) -> bool:
        nonlocal calls
        calls += 1
        if calls == 3:
            raise Killed
        return await real(due, answer)

    monkeypatch.setattr(world.office.delivering, "_settle", dies)
    with pytest.raises(Killed):
        await world.office.delivering((await world.waiting())[0].payload)
    monkeypatch.setattr(world.office.delivering, "_settle", real)
    # What the dead one had taken is free when its lease has run out.
    await world.later(seconds=LEASE.total_seconds() + 1)
    assert [version for _, _, version in world.heard()] == [1, 2, 3, 3, 4]
    ids = [heard.id for heard in world.receiver.heard]
    assert ids[2] == ids[3]


async def test_what_waits_for_a_system_that_was_switched_off_goes_when_it_is_on(
    world: World,
) -> None:
    id = await world.connect()
    ticket = await world.file(1)
    settings = {"name": "综合办公系统", "url": world.receiver.url}
    off = await world.admin.put(f"{API}/{id}", json={**settings, "active": False})
    assert off.status_code == 200
    await world.settle()
    await world.step(ticket)
    assert world.heard() == []
    assert (await world.endpoint(id))["waiting"] == 1
    await world.admin.put(f"{API}/{id}", json=settings)
    await world.settle()
    # What happened while it was off it was not told.
    assert world.heard() == [("0001", "ticket.file", 1)]


@on_sqlite
async def test_a_round_ends_so_that_others_have_a_turn(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("handoff.tickets.office.queue.MOST_IN_ROUND", 3)
    await world.connect()
    ticket = await world.file(1)
    for _ in range(10):
        await world.step(ticket)
    await world.outbox.work_once()
    assert len(world.heard()) == 3
    await world.settle()
    assert [version for _, _, version in world.heard()] == list(range(1, 12))


@on_sqlite
async def test_an_event_that_cannot_be_made_holds_up_and_is_reported(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    id = await world.connect()

    async def broken(*_: Any) -> None:
        raise TypeError

    with monkeypatch.context() as patch:
        patch.setattr("handoff.tickets.office.delivering.render", broken)
        ticket = await world.file(1)
        for _ in range(4):
            await world.later(minutes=6)
    assert "TypeError" in (await world.endpoint(id))["last_error"]
    assert world.alerts() == ["ticket_endpoint_failing"]
    await world.step(ticket)
    await world.later(minutes=6)
    assert [version for _, _, version in world.heard()] == [1, 2]
