"""The HTTP routes of the people's side: permissions, paging, settings as data, errors with a code."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from app import http_errors
from core.auth.permissions import Role
from core.auth.service import AuthService, create_account
from core.idempotency.once import build_once
from core.ids import new_id
from core.secrets.store import SecretStore
from handoff.agents.endpoints import build_router as build_agents
from handoff.desk.access import agents_within
from handoff.desk.endpoints import build_router as build_desk
from handoff.desk.settings_endpoints import build_router as build_settings
from handoff.ratings.endpoints import build_router as build_ratings
from handoff.rules.book import RuleBook
from handoff.tickets.life.endpoints import build_router as build_tickets
from handoff.tickets.listing.endpoints import build_router as build_ticket_lists
from tests.integration.handoff.conftest import World

PASSWORD = "correct horse battery staple"


class Api:
    """The routes as one logged-in person sees them."""

    def __init__(self, client: httpx.AsyncClient, token: str) -> None:
        self._client, self.headers = client, {"Authorization": f"Bearer {token}"}

    async def __call__(self, method: str, path: str, status: int = 200, **more: Any) -> Any:
        answer = await self._client.request(method, path, headers=self.headers, **more)
        assert answer.status_code == status, answer.text
        return answer.json() if answer.content else None

    async def refused(self, method: str, path: str, status: int, code: str, **more: Any) -> Any:
        answer = await self(method, path, status, **more)
        assert answer["error"]["code"] == code, answer
        return answer["error"]


class Office:
    def __init__(self, world: World, client: httpx.AsyncClient, auth: AuthService) -> None:
        self.world, self.client, self.auth = world, client, auth

    async def person(self, login: str, role: Role = Role.AGENT) -> tuple[Api, Any]:
        async with self.world.uows.write() as uow:
            await create_account(
                uow,
                login=f"agent.{login}",
                name=login,
                role=role,
                password=PASSWORD,
                actor="system",
            )
        actor, token = await self.auth.login(f"agent.{login}", PASSWORD, "test")
        return Api(self.client, token), actor


@pytest.fixture
async def office(world: World) -> AsyncIterator[Office]:
    app = FastAPI()
    http_errors.install(app)
    auth = AuthService(world.uows, session_hours=1)
    app.state.auth = auth
    for router in (
        build_agents(world.people.agents),
        build_desk(world.people.reader),
        build_ticket_lists(world.uows, world.people.tickets),
        build_tickets(world.people.tickets, build_once(SecretStore("key"))),
        build_ratings(world.people.ratings, agents_within),
        build_settings(world.uows, RuleBook(uows=world.uows, policy=world.policy)),
    ):
        app.include_router(router)
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        yield Office(world, client, auth)


async def test_nothing_is_shown_to_strangers(office: Office) -> None:
    for path in (
        "/conversations",
        "/tickets",
        "/agents",
        "/groups",
        "/ratings",
        "/desk/settings/queue",
    ):
        answer = await office.client.get(path)
        assert (answer.status_code, answer.json()["error"]["code"]) == (401, "not_authenticated")


async def test_the_desk_reads_lists_threads_and_context(office: Office) -> None:
    api, actor = await office.person("a")
    conversation_id = await office.world.say("转人工")
    listed = await api("GET", "/conversations?status=queued")
    assert [item["id"] for item in listed["items"]] == [conversation_id]
    assert (listed["next"], listed["waiting"]) == (None, 1)
    await office.world.people.taking.claim(conversation_id, actor)
    assert (await api("GET", "/conversations?mine=true"))["items"][0]["status"] == "assigned"
    messages = await api("GET", f"/conversations/{conversation_id}/messages?after_seq=0&limit=2")
    assert [item["seq"] for item in messages["items"]] == [1, 2]
    assert messages["next"] == 2
    rest = await api("GET", f"/conversations/{conversation_id}/messages?after_seq=2")
    assert ([item["seq"] for item in rest["items"]], rest["next"]) == ([3], None)
    context = await api("GET", f"/conversations/{conversation_id}/context")
    assert context["contact"]["inbox_name"] == "网站"
    assert context["handoff"]["evidence"]["keyword"] == "转人工"
    other, _ = await office.person("b")
    await other.refused("GET", f"/conversations/{conversation_id}", 404, "not_found")
    await api.refused("GET", "/conversations/not-an-id", 422, "invalid_input")
    await api.refused("GET", "/conversations?limit=1000", 422, "invalid_input")


async def test_tickets_over_http(office: Office) -> None:
    api, actor = await office.person("a")
    ticket = await api("POST", "/tickets", 201, json={"type": "咨询", "title": "贷款额度"})
    assert {"accept", "assign", "comment", "withdraw"} <= set(ticket["steps"])
    assert ticket["worded"] == ["return", "comment", "reply", "withdraw", "merge"]
    path = f"/tickets/{ticket['id']}"
    opened = await api("POST", f"{path}/accept", json={"version": 1})
    assert (opened["status"], opened["assignee_id"]) == ("open", actor.account_id)
    error = await api.refused("POST", f"{path}/accept", 409, "ticket_changed", json={"version": 1})
    assert error["details"]["version"] == 2
    await api.refused("POST", f"{path}/close", 409, "illegal_transition", json={"version": 2})
    await api.refused("POST", f"{path}/dance", 422, "invalid_input", json={"version": 2})
    await api.refused("POST", f"{path}/resolve", 422, "invalid_input", json={"version": 2})
    await api.refused("POST", f"{path}/approve", 409, "ticket_wrong_stage", json={"version": 2})
    await api.refused("GET", f"/tickets/{new_id()}", 404, "not_found")
    for body in (
        {"title": "x"},
        {"type": "咨询", "title": "\x00 "},
        {"type": "a", "title": "b", "c": 1},
    ):
        await api.refused("POST", "/tickets", 422, "invalid_input", json=body)
    await api.refused(
        "POST", "/tickets", 422, "invalid_input",
        json={"type": "咨询", "title": "b", "fields": {"x": "长" * 20_000}},
    )  # fmt: skip
    await api.refused(
        "POST", "/tickets", 422, "ticket_field_refused",
        json={"type": "举报", "title": "骗提", "fields": {}},
    )  # fmt: skip
    await api.refused(
        "POST", "/tickets", 404, "ticket_type_unknown", json={"type": "a", "title": "b"}
    )
    assert (await api("GET", "/tickets?q=贷款额度"))["items"][0]["id"] == ticket["id"]


async def test_settings_are_for_those_who_may_and_are_in_force_at_once(office: Office) -> None:
    agent, _ = await office.person("a")
    boss, _ = await office.person("s", Role.SUPERVISOR)
    await agent.refused("GET", "/desk/settings/rules", 403, "permission_denied")
    await agent.refused("PUT", "/desk/settings/clocks", 403, "permission_denied", json={})
    rules = await boss("GET", "/desk/settings/rules")
    rules["rules"]["keyword"] |= {"requests": ["芝麻开门"], "people": [], "services": []}
    await boss("PUT", "/desk/settings/rules", json=rules)
    assert (await office.world.conversation(await office.world.say("转人工"))).status == "bot"
    opened = await office.world.say("芝麻开门")
    assert (await office.world.conversation(opened)).status == "queued"
    rules["rules"]["unknown"]["in_a_row"] = 0
    await boss.refused("PUT", "/desk/settings/rules", 422, "invalid_input", json=rules)
    hours = await boss("GET", "/desk/settings/hours")
    hours["schedules"][0]["weekly"] = [["09:00-25:00"]] * 7
    await boss.refused("PUT", "/desk/settings/hours", 422, "invalid_input", json=hours)
    hours["schedules"][0]["weekly"] = [["09:00-12:00"]] * 7
    await boss("PUT", "/desk/settings/hours", json=hours)
    texts = {"usual": {"queued": "请等 {"}}
    await boss("PUT", "/desk/settings/texts", json=texts)
    texts["inboxes"] = {"nowhere": {}}
    await boss.refused("PUT", "/desk/settings/texts", 422, "invalid_input", json=texts)
    waiting = await office.world.say("芝麻开门", who="v2")
    assert (await office.world.texts(waiting))[-1] == ("system", "请等 {")
    assert (await boss("PUT", "/desk/settings/clocks", json={"answer_seconds": 60}))[
        "answer_seconds"
    ] == 60


async def test_groups_and_capacity_over_http(office: Office) -> None:
    agent, actor = await office.person("a")
    boss, _ = await office.person("s", Role.SUPERVISOR)
    body = {"name": "贷款组", "categories": ["贷款"], "members": [actor.account_id]}
    await agent.refused("POST", "/groups", 403, "permission_denied", json=body)
    group = await boss("POST", "/groups", 201, json=body)
    await boss.refused("POST", "/groups", 409, "conflict", json=body)
    await boss.refused(
        "POST", "/groups", 404, "not_found", json=body | {"name": "x", "members": [new_id()]}
    )
    assert (await agent("GET", "/groups"))[0]["members"] == [actor.account_id]
    changed = await boss("PUT", f"/groups/{group['id']}", json={"name": "贷款组", "members": []})
    assert changed["members"] == []
    await boss("PATCH", f"/agents/{actor.account_id}", json={"capacity": 2})
    await boss.refused("PATCH", f"/agents/{new_id()}", 404, "not_found", json={"capacity": 2})
    mine = next(a for a in await agent("GET", "/agents") if a["id"] == actor.account_id)
    assert (mine["capacity"], mine["status"], mine["groups"]) == (2, "offline", [])
    await boss("DELETE", f"/groups/{group['id']}", 204)
    assert await agent("GET", "/groups") == []


async def test_agents_see_their_own_ratings_and_supervisors_everybodys(office: Office) -> None:
    one, first = await office.person("a")
    two, _ = await office.person("b")
    boss, _ = await office.person("s", Role.SUPERVISOR)
    conversation_id = await office.world.say("转人工")
    await office.world.people.taking.claim(conversation_id, first)
    contact_id = (await office.world.conversation(conversation_id)).contact_id
    await office.world.people.ratings.rate(
        conversation_id=conversation_id, contact_id=contact_id, score=4, comment="好\x00"
    )
    assert [item["score"] for item in (await one("GET", "/ratings"))["items"]] == [4]
    assert (await two("GET", f"/ratings?agent_id={first.account_id}"))["items"] == []
    assert (await boss("GET", "/ratings"))["items"][0]["comment"] == "好"
