"""Every door declares who may use it, and holds to it: routes and socket commands, all of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, RouteContext, iter_route_contexts

from app.main import build_http
from channels.web.namespace import VisitorNamespace
from core.auth.actor import Scope
from core.auth.key_schemas import ApiKeyCreate
from core.auth.permissions import GRANTS, Permission, Role
from core.ids import new_id
from core.sockets import Command, CommandNamespace
from tests.integration.app.clients import AgentClient, Refused
from tests.integration.app.site import Site, on_sqlite
from tests.integration.app.socket_contract import CONTRACT

# Files that everybody may read: the description of the interface, and what the console's page loads.
PUBLIC_FILES = {"/api/openapi.json", "/console/assets", "/widget"}


@pytest.fixture
def http_app(site: Site) -> FastAPI:
    return build_http(site.container)


def _dependencies(dependant: Dependant) -> Iterator[Dependant]:
    for inner in dependant.dependencies:
        yield inner
        yield from _dependencies(inner)


def _declared(route: RouteContext) -> set[Permission]:
    found = {getattr(d.call, "permission", None) for d in _dependencies(route.dependant)}
    return {permission for permission in found if permission is not None}


def _routes(app: FastAPI) -> list[RouteContext]:
    contexts = iter_route_contexts(app.routes)
    return [route for route in contexts if isinstance(route.original_route, APIRoute)]


@on_sqlite
def test_every_route_declares_one_permission(http_app: FastAPI) -> None:
    routes = _routes(http_app)
    assert len(routes) > 30
    declared = {f"{sorted(route.methods)} {route.path}": _declared(route) for route in routes}
    assert {where: found for where, found in declared.items() if len(found) != 1} == {}


@on_sqlite
def test_nothing_is_mounted_beside_the_routes_but_public_files(http_app: FastAPI) -> None:
    contexts = iter_route_contexts(http_app.routes)
    others = [route for route in contexts if not isinstance(route.original_route, APIRoute)]
    assert {route.path for route in others} == PUBLIC_FILES


@on_sqlite
def test_only_these_routes_are_public(http_app: FastAPI) -> None:
    """A new public route is a decision: add it here."""
    public = {route.path for route in _routes(http_app) if _declared(route) == {Permission.PUBLIC}}
    assert public == {
        "/", "/simulators/wechat", "/simulators/wecom", "/simulators/business", "/simulators/sms",
        "/simulators/office",
        "/widget.js", "/chat/{inbox_id}", "/console", "/console/{path:path}",
        "/healthz", "/readyz", "/metrics",
        "/api/v1/auth/login", "/api/v1/auth/logout",
        "/channels/wechat/{inbox_id}", "/channels/miniprogram/{inbox_id}", "/channels/wecom/{inbox_id}",
        # Lead to a page, by way of WeChat, which tells who it is (channels/tencent/pages/full_page.py).
        "/wechat/{inbox_id}/page", "/wechat/{inbox_id}/entered",
        # Signed, or with an address that only the provider knows.
        "/channels/sms/http", "/channels/sms/aliyun/{token}", "/channels/sms/tencent/{token}",
        # Each request is signed with the inbox's secret.
        "/channels/webhook/{inbox_id}", "/channels/webhook/{inbox_id}/messages",
        "/channels/webhook/{inbox_id}/files",
        # Answers to strangers only for what a published public article shows.
        "/api/v1/knowledge/attachments/{attachment_id}/{name}",
        # Opens with the key a citizen was given, or for who is logged in and may read the conversation.
        "/api/v1/conversations/{conversation_id}/attachments/{attachment_id}/{name}",
        # What the button on anybody's page shows.
        "/api/v1/widget/{inbox_id}", "/api/v1/widget-logos/{name}",
        "/api/v1/conversations/{conversation_id}/attachments/{attachment_id}/small/thumbnail.webp",
        # As above, of a ticket.
        "/api/v1/tickets/{ticket_id}/files/{attachment_id}/{name}",
        "/api/v1/tickets/{ticket_id}/files/{attachment_id}/small/thumbnail.webp",
        # With the token of a citizen's window.
        "/api/v1/visitor/attachments",
        # Signed addresses that stand in chats.
        "/answer/{token}", "/file/{token}", "/rate/{token}",
        # Draws only what the bot has offered: the address is signed.
        "/api/v1/pictures/{token}.png",
    }  # fmt: skip


@pytest.mark.parametrize("namespace", CONTRACT, ids=lambda n: n.__name__)
def test_every_socket_command_of_the_contract_declares_payload_and_permission(
    namespace: type[CommandNamespace],
) -> None:
    assert set(namespace.commands()) == CONTRACT[namespace]
    for name, declared in namespace.commands().items():
        assert isinstance(declared, Command), name
        assert isinstance(declared.permission, Permission), name
        assert declared.payload.model_config["extra"] == "forbid", name
    permissions = {declared.permission for declared in namespace.commands().values()}
    if namespace is VisitorNamespace:
        assert permissions == {Permission.PUBLIC}
    else:
        assert Permission.PUBLIC not in permissions


@on_sqlite
async def test_the_server_listens_on_no_other_namespace(site: Site) -> None:
    sio = site.container.sio
    assert {type(handler) for handler in sio.namespace_handlers.values()} == set(CONTRACT)
    assert sio.handlers == {}


def _path(route: RouteContext) -> str:
    """The route's address with something made up for each parameter."""
    return route.path_format.format_map({name: new_id() for name in _parameters(route)})


def _parameters(route: RouteContext) -> list[str]:
    return [field.name for field in route.dependant.path_params]


async def _answers(
    site: Site, app: FastAPI, headers: dict[str, str], wanted: set[Permission]
) -> dict[str, tuple[int, str]]:
    """Status and error code of every route that needs one of `wanted`."""
    found = {}
    for route in _routes(app):
        if not _declared(route) & wanted:
            continue
        for method in route.methods:
            answer: httpx.Response = await site.http.request(method, _path(route), headers=headers)
            body: Any = answer.json() if answer.content else {}
            found[f"{method} {route.path}"] = (
                answer.status_code,
                body.get("error", {}).get("code", "") if isinstance(body, dict) else "",
            )
    return found


@on_sqlite
async def test_without_a_login_every_closed_route_answers_401(
    site: Site, http_app: FastAPI
) -> None:
    closed = set(Permission) - {Permission.PUBLIC}
    for headers in ({}, {"authorization": "Bearer forged"}, {"authorization": "Basic YTpi"}):
        answers = await _answers(site, http_app, headers, closed)
        assert len(answers) > 20
        assert {k: v for k, v in answers.items() if v != (401, "not_authenticated")} == {}


@on_sqlite
@pytest.mark.parametrize("role", [Role.AGENT, Role.EDITOR, Role.SUPERVISOR])
async def test_a_role_gets_403_where_it_may_not(site: Site, http_app: FastAPI, role: Role) -> None:
    await site.add_account("li", role)
    headers = {"authorization": f"Bearer {await site.log_in('li')}"}
    # Calling actions is for our Rasa alone, which has a token of its own.
    beyond = set(Permission) - GRANTS[role] - {Permission.PUBLIC, Permission.SERVICE_CALL}
    answers = await _answers(site, http_app, headers, beyond)
    assert answers
    assert {k: v for k, v in answers.items() if v != (403, "permission_denied")} == {}


@on_sqlite
async def test_a_programs_key_opens_tickets_alone_and_no_desk(
    site: Site, http_app: FastAPI
) -> None:
    wanted = ApiKeyCreate(name="办公系统", sees=Scope.ALL, per_minute=6000)
    async with site.container.uows.write() as uow:
        shown = await site.container.auth.keys.add(uow, wanted, "test")
    headers = {"authorization": f"Bearer {shown.token}"}
    beyond = set(Permission) - GRANTS[Role.PROGRAM] - {Permission.PUBLIC, Permission.SERVICE_CALL}
    answers = await _answers(site, http_app, headers, beyond)
    assert len(answers) > 20
    assert {k: v for k, v in answers.items() if v != (403, "permission_denied")} == {}
    assert await _desk_refusal(AgentClient(site.url, shown.token)) == "permission_denied"


@on_sqlite
async def test_an_agents_login_does_not_let_it_call_actions(site: Site) -> None:
    await site.add_account("li", Role.ADMIN)
    headers = {"authorization": f"Bearer {await site.log_in('li')}"}
    answer = await site.http.post(
        "/webhook", json={"next_action": "action_knowledge"}, headers=headers
    )
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "not_authenticated")


@on_sqlite
async def test_an_agent_reaches_only_own_and_waiting_conversations(site: Site) -> None:
    async with (
        site.visitor() as citizen, site.agent("wang") as desk, site.agent("li") as other,
        site.agent("zhao", Role.SUPERVISOR) as supervisor,
    ):  # fmt: skip
        conversation_id = (await citizen.say("你好"))["conversation_id"]
        mine = {"conversation_id": conversation_id}
        # With the bot: nobody's, so only supervisors look in.
        assert await other.refusal("join_conversation", mine) == "not_found"
        assert await other.refusal("claim_conversation", mine) == "not_found"
        await supervisor.call("join_conversation", **mine)
        await citizen.call("request_handoff")
        await desk.call("claim_conversation", **mine)
        for command, more, code in (
            ("send_message", {"client_msg_id": "a", "content": {"type": "text", "text": "嗨"}}, "not_owner"),
            ("list_messages", {}, "not_found"),
            ("join_conversation", {}, "not_found"),
            ("close_conversation", {}, "not_owner"),
            ("release_conversation", {}, "not_owner"),
            ("invite_rating", {}, "not_owner"),
            ("set_typing", {"on": True}, "not_owner"),
            ("mark_read", {"seq": 1}, "not_owner"),
            ("claim_conversation", {}, "already_claimed"),
        ):  # fmt: skip
            assert await other.refusal(command, {**mine, **more}) == code, command
        assert await supervisor.refusal("mark_read", {**mine, "seq": 1}) == "not_owner"
        await citizen.say("只给 wang 的话")
        await desk.hear_text("只给 wang 的话")
        await supervisor.hear_text("只给 wang 的话")
        assert other.heard("message.created") == []


@on_sqlite
async def test_wrong_agent_commands_are_refused(site: Site) -> None:
    async with site.agent("wang") as desk:
        somewhere = {"conversation_id": new_id()}
        for command, payload, code in (
            ("set_presence", {"status": "away"}, "invalid_input"),
            ("set_presence", {"status": "online", "capacity": 99}, "invalid_input"),
            ("claim_next", {}, "queue_empty"),
            ("claim_next", {"group": 1}, "invalid_input"),
            ("claim_conversation", {"conversation_id": "1"}, "invalid_input"),
            ("claim_conversation", somewhere, "not_found"),
            ("send_message", somewhere, "invalid_input"),
            ("transfer_conversation", somewhere, "invalid_input"),
            ("transfer_conversation", {**somewhere, "to_agent": new_id(), "to_group": new_id()}, "invalid_input"),
            ("transfer_conversation", {**somewhere, "to_agent": new_id()}, "not_found"),
            ("list_messages", somewhere, "not_found"),
            ("request_handoff", {}, "invalid_input"),
        ):  # fmt: skip
            assert await desk.refusal(command, payload) == code, (command, payload)


async def _desk_refusal(desk: AgentClient) -> str:
    with pytest.raises(Refused) as caught:
        await desk.connect()
    await desk.sio.disconnect()
    code: str = caught.value.error["data"]["code"]
    return code


@on_sqlite
async def test_desks_open_only_with_a_login(site: Site) -> None:
    await site.add_account("wang")
    token = await site.log_in("wang")
    for bad in ("", "forged", token[:-1], token.upper()):
        assert await _desk_refusal(AgentClient(site.url, bad)) == "not_authenticated"
    async with site.visitor() as citizen:
        assert await _desk_refusal(AgentClient(site.url, citizen.token)) == "not_authenticated"
    anonymous = AgentClient(site.url, "")
    for auth in (None, {}, {"token": 5}, {"token": token, "role": "admin"}, "admin"):
        anonymous._auth = auth
        assert await _desk_refusal(anonymous) in ("not_authenticated", "invalid_input")


@on_sqlite
async def test_the_session_cookie_opens_a_desk_from_our_own_pages_only(site: Site) -> None:
    await site.add_account("wang")
    cookie = {"cookie": f"bangban_session={await site.log_in('wang')}"}

    def desk(origin: str | None) -> AgentClient:
        client = AgentClient(site.url, "")
        client._auth = None
        client._headers = {**cookie, **({"origin": origin} if origin else {})}
        return client

    async with desk(site.url) as own:
        await own.call("set_presence", status="online")
    for origin in ("https://evil.example", "null", site.url.replace("127.0.0.1", "localhost")):
        assert await _desk_refusal(desk(origin)) == "permission_denied"
