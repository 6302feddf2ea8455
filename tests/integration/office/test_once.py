"""What a program asks for is done once, however often it asks."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from core.idempotency.models import IdempotencyKey
from core.unit_of_work import UnitOfWork
from handoff.tickets.models import Ticket
from tests.integration.office.conftest import (
    FILING,
    TICKETS,
    Programs,
    code,
    on_sqlite,
)


async def test_a_request_with_a_key_is_done_once_and_answered_alike(programs: Programs) -> None:
    _id, client = await programs.key(sees="all")
    once = {"idempotency-key": "file-1"}
    first = await client.post(TICKETS, json=FILING, headers=once)
    second = await client.post(TICKETS, json=FILING, headers=once)
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
    assert "idempotency-replayed" not in first.headers
    assert second.headers["idempotency-replayed"] == "true"
    other = await client.post(TICKETS, json={**FILING, "title": "另一件"}, headers=once)
    assert (other.status_code, code(other)) == (409, "idempotency_mismatch")
    _id, stranger = await programs.key("别的系统", sees="all")
    assert (await stranger.post(TICKETS, json=FILING, headers=once)).status_code == 201
    assert await programs.count(Ticket) == 2
    programs.world.clock.advance(timedelta(hours=25))
    assert (await client.post(TICKETS, json=FILING, headers=once)).json() != first.json()


async def test_a_step_with_a_key_is_taken_once_though_the_ticket_has_moved_on(
    programs: Programs,
) -> None:
    here = await programs.world.department("信贷科")
    _id, client = await programs.key(sees="group", department_ids=[here])
    ticket = await programs.world.file(1, department_id=here, turn="department")
    once = {"idempotency-key": "accept-1"}
    body = {"version": 1}
    first = await client.post(f"{TICKETS}/{ticket}/accept", json=body, headers=once)
    assert first.status_code == 200, first.text
    done = {"version": first.json()["version"], "reason": "已办结，请查收。"}
    settled = await client.post(f"{TICKETS}/{ticket}/submit", json=done)
    assert settled.status_code == 200, settled.text
    again = await client.post(f"{TICKETS}/{ticket}/accept", json=body, headers=once)
    assert (again.status_code, again.json()) == (200, first.json())
    without = await client.post(f"{TICKETS}/{ticket}/accept", json=body)
    assert without.status_code == 409
    # The same key for another step is another request.
    reused = await client.post(f"{TICKETS}/{ticket}/close", json=done, headers=once)
    assert code(reused) == "idempotency_mismatch"


async def test_of_twenty_at_once_one_does_it_and_all_get_its_answer(programs: Programs) -> None:
    _id, client = await programs.key(sees="all")
    once = {"idempotency-key": "race"}
    answers = await asyncio.gather(
        *(client.post(TICKETS, json=FILING, headers=once) for _ in range(20))
    )
    assert {each.status_code for each in answers} == {201}
    assert len({each.json()["id"] for each in answers}) == 1
    assert await programs.count(Ticket) == 1
    replayed = [each for each in answers if each.headers.get("idempotency-replayed")]
    assert len(replayed) == 19


async def test_what_failed_is_done_by_the_next_and_nothing_is_half_done(
    programs: Programs, monkeypatch: pytest.MonkeyPatch
) -> None:
    _id, client = await programs.key(sees="all")
    once = {"idempotency-key": "half"}
    refused = await client.post(TICKETS, json={**FILING, "type": "unheard_of"}, headers=once)
    assert code(refused) == "ticket_type_unknown"

    # Killed after the deed and before the commit: neither ticket nor key are there.
    async def dies(*_: object) -> None:
        raise RuntimeError

    with monkeypatch.context() as patch:
        patch.setattr("core.idempotency.once.Once.after", dies)
        assert (await client.post(TICKETS, json=FILING, headers=once)).status_code == 500
    assert await programs.count(Ticket) == await programs.count(IdempotencyKey) == 0
    assert (await client.post(TICKETS, json=FILING, headers=once)).status_code == 201
    assert await programs.count(Ticket) == 1


@on_sqlite
async def test_keys_that_make_no_sense_are_refused_and_old_ones_forgotten(
    programs: Programs,
) -> None:
    from core.idempotency import once as keeping

    _id, client = await programs.key(sees="all")
    for bad in ("", " ", "a b", "x" * 129, "\x7f"):
        answer = await client.post(TICKETS, json=FILING, headers={"idempotency-key": bad})
        assert (answer.status_code, code(answer)) == (400, "idempotency_key_invalid"), bad
    await client.post(TICKETS, json=FILING, headers={"idempotency-key": "k"})
    programs.world.clock.advance(timedelta(hours=25))

    async def sweep(uow: UnitOfWork) -> None:
        await keeping.forget(uow, "all", {})

    async with programs.world.uows.write() as uow:
        await sweep(uow)
    assert await programs.count(IdempotencyKey) == 0
