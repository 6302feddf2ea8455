"""Types of tickets over HTTP: versions that stay, changes that are not overwritten, flows that name who is there."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import select

from app import http_errors
from core.audit import AuditRow
from core.auth.models import Account, Department
from core.auth.permissions import Role
from core.auth.service import AuthService
from core.clock import FixedClock
from core.ids import new_id
from core.unit_of_work import UnitOfWorkFactory
from handoff.tickets.models import Ticket
from handoff.tickets.types import reading
from handoff.tickets.types.endpoints import build_router
from handoff.tickets.types.reading import TicketTypeInactive, TicketTypeUnknown
from handoff.tickets.types.service import TypeService
from handoff.tickets.types.shipped import add_shipped, shipped
from tests.integration.handoff.test_endpoints import Api, Office

ROOT = "/tickets/types"


class _World:
    """What Office needs of a world: where accounts are made."""

    def __init__(self, uows: UnitOfWorkFactory) -> None:
        self.uows = uows


@pytest.fixture
async def office(uow_factory: UnitOfWorkFactory) -> AsyncIterator[Any]:
    async with uow_factory.write() as uow:
        await add_shipped(uow)
    app = FastAPI()
    http_errors.install(app)
    app.state.auth = AuthService(uow_factory, session_hours=1)
    app.include_router(build_router(TypeService(uow_factory)))
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        yield Office(_World(uow_factory), client, app.state.auth)  # type: ignore[arg-type]


async def boss_of(office: Any) -> Api:
    boss, _ = await office.person("boss", Role.SUPERVISOR)
    api: Api = boss
    return api


async def complaint(api: Api) -> dict[str, Any]:
    found: dict[str, Any] = await api("GET", f"{ROOT}/complaint/definition")
    return found


async def test_everybody_with_tickets_reads_types_and_only_who_sets_them_changes_them(
    office: Any,
) -> None:
    agent, _ = await office.person("a")
    assert [each["id"] for each in await agent("GET", ROOT)] == list(shipped())
    body = await complaint(agent)
    await agent.refused("PUT", f"{ROOT}/complaint/definition", 403, "permission_denied", json=body)
    await agent.refused("POST", f"{ROOT}/complaint/deactivate", 403, "permission_denied")
    editor, _ = await office.person("e", Role.EDITOR)
    await editor.refused("GET", ROOT, 403, "permission_denied")


async def test_a_change_is_a_new_version_and_tickets_keep_theirs(office: Any) -> None:
    api = await boss_of(office)
    body = await complaint(api)
    body["flow"]["stages"] = body["flow"]["stages"][:2]
    body["flow"]["stages"][1]["next"] = ["end"]
    await api("PUT", f"{ROOT}/complaint/definition", json=body)
    await api("PUT", f"{ROOT}/complaint/definition", json=body)  # the same: no version
    versions = await api("GET", f"{ROOT}/complaint/versions")
    assert [(each["version"], each["by_name"]) for each in versions] == [(2, "boss"), (1, "系统")]
    async with office.world.uows.read() as session:
        ticket = Ticket(type="complaint", type_version=1)
        old = await reading.of_ticket(session, ticket)
        new = await reading.in_force(session, "投诉")
        both = await reading.of_tickets(session, [ticket, Ticket(type="report", type_version=1)])
    assert (len(old.definition.flow.stages), old.version) == (3, 1)
    assert (new.id, new.version, len(new.definition.flow.stages)) == ("complaint", 2, 2)
    assert set(both) == {("complaint", 1), ("report", 1)}
    await api.refused("GET", f"{ROOT}/nothing/versions", 404, "ticket_type_unknown")
    await api.refused("GET", f"{ROOT}/投诉/definition", 404, "ticket_type_unknown")


async def test_what_somebody_else_saved_meanwhile_is_not_overwritten(office: Any) -> None:
    api = await boss_of(office)
    body = await complaint(api)
    path, first = f"{ROOT}/complaint/definition", {"If-Match": '"1"'}
    answers = await asyncio.gather(
        *(
            office.client.put(
                path, json=body | {"help": f"第{n}份"}, headers=first | api.headers
            )
            for n in range(3)
        )
    )  # fmt: skip
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409]
    lost = next(answer for answer in answers if answer.status_code == 409)
    assert lost.json()["error"]["code"] == "settings_changed"
    for tag in ('"1"', "1", '"x"', '"1' + "0" * 30 + '"'):
        answer = await office.client.put(path, json=body, headers=api.headers | {"If-Match": tag})
        assert answer.status_code == 409, tag


async def test_mistakes_are_refused_with_their_places(office: Any) -> None:
    api = await boss_of(office)
    body = await complaint(api)
    body["flow"]["stages"][1]["next"] = ["dispatch"]
    body["prefix"] = "LY"
    error = await api.refused(
        "PUT", f"{ROOT}/complaint/definition", 422, "ticket_type_faulty", json=body
    )
    assert {each["stage"] for each in error["details"]["mistakes"]} == {
        None, "dispatch", "handle", "leader_review",
    }  # fmt: skip
    assert "flow.stages.1.next" in error["details"]["reasons"]
    told = await api("POST", f"{ROOT}/check", json=body)
    assert told["mistakes"] == error["details"]["mistakes"]
    body["flow"]["stages"] = []
    await api.refused("PUT", f"{ROOT}/complaint/definition", 422, "invalid_input", json=body)
    assert len(await api("GET", f"{ROOT}/complaint/versions")) == 1


async def test_a_flow_names_departments_and_people_who_are_there(
    office: Any, clock: FixedClock
) -> None:
    api = await boss_of(office)
    here, gone = new_id(), new_id()
    async with office.world.uows.write() as uow:
        uow.session.add(Department(id=here, name="稽核科", created_at=clock.now()))
        person = Account(
            id=new_id(), login="left", name="走了", role="agent", password_hash="-", active=False,
            created_at=clock.now(),
        )  # fmt: skip
        uow.session.add(person)
    body = await complaint(api)
    stages = body["flow"]["stages"]
    stages[1]["who"] = {"kind": "department", "department_id": here}
    assert (await api("POST", f"{ROOT}/check", json=body))["mistakes"] == []
    stages[1]["who"] = {"kind": "department", "department_id": gone}
    stages[2]["who"] = {"kind": "persons", "account_ids": [person.id]}
    body["department_ids"] = [gone]
    found = (await api("POST", f"{ROOT}/check", json=body))["mistakes"]
    assert [(each["code"], each["where"]) for each in found] == [
        ("unknown_department", "department_ids"),
        ("unknown_department", "flow.stages.1.who"),
        ("unknown_account", "flow.stages.2.who"),
    ]


async def test_types_are_made_named_once_put_in_order_and_switched_off(office: Any) -> None:
    api = await boss_of(office)
    body = await complaint(api)
    await api.refused("POST", ROOT, 409, "conflict", json={"id": "complaint", "definition": body})
    await api.refused("POST", ROOT, 409, "conflict", json={"id": "mine", "definition": body})
    await api.refused("POST", ROOT, 422, "invalid_input", json={"id": "Ä b", "definition": body})
    made = await api("POST", ROOT, 201, json={"id": "mine", "definition": body | {"name": "督办"}})
    assert (made["version"], made["active"]) == (1, True)
    ids = ["mine", *shipped()]
    assert [each["id"] for each in await api("PUT", f"{ROOT}/order", json={"ids": ids})] == ids
    await api.refused("PUT", f"{ROOT}/order", 409, "conflict", json={"ids": ids[1:]})
    assert (await api("POST", f"{ROOT}/mine/deactivate"))["active"] is False
    await api.refused("POST", f"{ROOT}/other/deactivate", 422, "invalid_input")
    async with office.world.uows.read() as session:
        assert not (await reading.in_force(session, "督办")).active
        with pytest.raises(TicketTypeInactive):
            await reading.for_filing(session, "mine")
        for unknown in ("nothing", "x" * 100, "complaint" + " " * 40):
            with pytest.raises(TicketTypeUnknown):
                await reading.in_force(session, unknown)
        actions = await session.scalars(select(AuditRow.action).order_by(AuditRow.id))
        deeds = [action for action in actions if action.startswith("ticket_type.")]
    assert deeds == ["ticket_type.created", "ticket_type.ordered", "ticket_type.deactivated"]
    # Its name is free now, and so it cannot come back under it.
    await api("POST", ROOT, 201, json={"id": "mine2", "definition": body | {"name": "督办"}})
    await api.refused("POST", f"{ROOT}/mine/reactivate", 409, "conflict")


async def test_an_upgrade_adds_what_is_missing_and_touches_nothing_else(office: Any) -> None:
    api = await boss_of(office)
    body = await complaint(api) | {"help": "我们自己的说明"}
    await api("PUT", f"{ROOT}/complaint/definition", json=body)
    for _ in range(2):
        async with office.world.uows.write() as uow:
            await add_shipped(uow)
    assert (await complaint(api))["help"] == "我们自己的说明"
    assert len(await api("GET", f"{ROOT}/complaint/versions")) == 2
