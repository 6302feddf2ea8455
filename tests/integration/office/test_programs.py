"""Programs with keys: what they may see and do, filing and stepping, limits and ends."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from core.auth.models import Account, ApiKey
from core.ids import new_id
from handoff.tickets.assigning.reading import read_staff
from handoff.tickets.types.reading import in_force
from tests.integration.office.conftest import (
    FILING,
    KEYS,
    TICKETS,
    Programs,
    code,
    on_sqlite,
)


@on_sqlite
async def test_a_key_is_shown_once_stored_as_a_hash_and_ends_when_it_is_revoked(
    programs: Programs,
) -> None:
    world = programs.world
    made = (await world.admin.post(KEYS, json={"name": "OA", "sees": "all"})).json()
    client = programs.client(made["token"])
    assert (await client.post(TICKETS, json=FILING)).status_code == 201
    listed = (await world.admin.get(KEYS)).json()["items"]
    assert made["token"] not in str(listed)
    assert listed[0]["hint"] == made["token"][-4:]
    assert listed[0]["last_used_at"] is not None
    async with world.uows.read() as session:
        row = await session.get_one(ApiKey, made["key"]["id"])
        account = await session.get_one(Account, row.account_id)
    assert made["token"] not in (row.token_hash, account.password_hash)
    await world.admin.post(f"{KEYS}/{row.id}/revoke")
    assert code(await client.post(TICKETS, json=FILING)) == "not_authenticated"
    assert code(await world.admin.post(f"{KEYS}/{row.id}/revoke")) == "key_revoked"


@on_sqlite
async def test_a_key_that_is_changed_overlaps_and_one_that_is_over_is_refused(
    programs: Programs,
) -> None:
    world = programs.world
    id, old = await programs.key(sees="all")
    shown = await world.admin.post(f"{KEYS}/{id}/token", json={"keep_hours": 2})
    new = programs.client(shown.json()["token"])
    for client in (old, new):
        assert (await client.post(TICKETS, json=FILING)).status_code == 201
    world.clock.advance(timedelta(hours=3))
    assert code(await old.post(TICKETS, json=FILING)) == "not_authenticated"
    assert (await new.post(TICKETS, json=FILING)).status_code == 201
    until = (world.clock.now() + timedelta(hours=1)).isoformat()
    await world.admin.put(f"{KEYS}/{id}", json={"name": "OA", "sees": "all", "expires_at": until})
    world.clock.advance(timedelta(hours=2))
    assert code(await new.post(TICKETS, json=FILING)) == "not_authenticated"


@on_sqlite
async def test_what_is_no_key_opens_nothing(programs: Programs) -> None:
    _id, client = await programs.key()
    token = client.headers["authorization"].removeprefix("Bearer ")
    for bad in ("bbk_", "bbk_x", token[:-1], token + "x", token.upper(), f" {token[4:]}"):
        assert code(await programs.client(bad).get(f"{TICKETS}/{new_id()}")) == "not_authenticated"
    # What administrators alone may do is not for keys, whatever they may see.
    _id, all_of_it = await programs.key("全部", sees="all")
    assert code(await all_of_it.get(KEYS)) == "permission_denied"
    _id, reads = await programs.key("只读", sees="all", may_handle=False)
    assert code(await reads.post(TICKETS, json=FILING)) == "permission_denied"


@on_sqlite
async def test_the_requests_of_a_key_are_limited(programs: Programs) -> None:
    _id, client = await programs.key(per_minute=3)
    answers = [await client.get(f"{TICKETS}/{new_id()}") for _ in range(4)]
    assert [each.status_code for each in answers] == [404, 404, 404, 429]
    assert int(answers[-1].headers["retry-after"]) > 0
    programs.world.clock.advance(timedelta(minutes=1, seconds=1))
    assert (await client.get(f"{TICKETS}/{new_id()}")).status_code == 404


# ---- what it sees --------------------------------------------------------------------------------


async def test_a_key_sees_its_departments_and_types_and_not_those_of_others(
    programs: Programs,
) -> None:
    world = programs.world
    above = await world.department("业务处")
    mine, theirs = await world.department("信贷科", above), await world.department("归集科")
    here = await world.file(1, department_id=mine)
    there = await world.file(2, department_id=theirs)
    nobody = await world.file(3, turn="anybody")
    report = await world.file(4, type="report", department_id=mine)
    _id, client = await programs.key("A", sees="group", department_ids=[above])
    seen = [
        (await client.get(f"{TICKETS}/{id}")).status_code for id in (here, there, nobody, report)
    ]
    assert seen == [200, 404, 404, 200]
    _id, typed = await programs.key("B", sees="group", department_ids=[above], types=["complaint"])
    seen = [(await typed.get(f"{TICKETS}/{id}")).status_code for id in (here, there, report)]
    assert seen == [200, 404, 404]
    _id, own = await programs.key("C", sees="own")
    seen = [(await own.get(f"{TICKETS}/{id}")).status_code for id in (here, nobody)]
    assert seen == [404, 404]
    # No step with what is not seen, and a refusal that tells nothing.
    step = await client.post(f"{TICKETS}/{there}/accept", json={"version": 1})
    assert (step.status_code, code(step)) == (404, "not_found")


@on_sqlite
async def test_a_platform_files_what_it_transfers_and_follows_it(programs: Programs) -> None:
    _id, client = await programs.key("12345平台", sees="own", types=["hotline_12345"])
    transfer = {
        "type": "hotline_12345", "title": "公积金提取慢", "external_id": "12345-2026-000981",
        "citizen_name": "张小明", "citizen_phone": "13800001234",
        "fields": await _required(programs, "hotline_12345"),
    }  # fmt: skip
    filed = await client.post(TICKETS, json=transfer)
    assert filed.status_code == 201, filed.text
    ticket = filed.json()
    assert ticket["source"] == "api"
    assert (await client.get(f"{TICKETS}/{ticket['id']}")).json()["number"] == ticket["number"]
    again = await client.post(TICKETS, json=transfer)
    assert code(again) == "ticket_filed_before"
    assert again.json()["error"]["details"]["number"] == ticket["number"]
    assert code(await client.post(TICKETS, json=FILING)) == "permission_denied"
    # Another program learns nothing of it by asking for its name.
    _id, curious = await programs.key("别的系统", sees="own")
    told = await curious.post(TICKETS, json=transfer)
    assert (code(told), told.json()["error"]["details"]) == ("ticket_filed_before", {})


@on_sqlite
async def test_a_department_in_which_a_program_works_is_not_out_of_people(
    programs: Programs,
) -> None:
    world = programs.world
    above = await world.department("业务处")
    below, other = await world.department("信贷科", above), await world.department("归集科")
    id, _client = await programs.key(sees="group", department_ids=[above])

    async def works() -> list[bool]:
        async with world.uows.read() as session:
            staff = await read_staff(session, world.clock.now())
        return [staff.has_program(each) for each in (above, below, other)]

    assert await works() == [True, True, False]
    await world.admin.post(f"{KEYS}/{id}/revoke")
    assert await works() == [False, False, False]


async def _required(programs: Programs, type_id: str) -> dict[str, Any]:
    """Something for each field that must be filled in."""
    async with programs.world.uows.read() as session:
        definition = (await in_force(session, type_id)).definition
    sample = {"date": "2026-12-30", "number": "1", "text": "DH-981", "long_text": "见附件"}
    return {
        field.key: sample.get(field.kind) or (field.choices or ["其他"])[0]
        for field in definition.fields if field.required
    }  # fmt: skip
