"""Every route and every command about a conversation holds to the data scope of who asks, all of them."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import update

from app.main import build_http
from core.auth.actor import Scope
from core.auth.models import Account
from core.auth.permissions import GRANTS, Role
from core.conversation.models import Conversation
from core.ids import new_id
from handoff.desk.namespace import AgentNamespace
from tests.integration.app.clients import AgentClient
from tests.integration.app.site import Site, on_sqlite
from tests.integration.app.test_permissions import _declared, _routes

REFUSED = {
    "not_found", "not_owner", "permission_denied", "already_claimed", "transfer_gone", "recall_not_yours",
}  # fmt: skip
# Only stops listening; who does not listen is not listening afterwards.
HARMLESS = {"leave_conversation"}


async def _account(site: Site, login: str, role: Role, scope: Scope) -> tuple[str, str]:
    """Id and token of an account with that scope."""
    account_id = await site.add_account(login, role)
    async with site.container.uows.write() as uow:
        await uow.session.execute(
            update(Account).where(Account.id == account_id).values(scope=scope.value)
        )
    return account_id, await site.log_in(login)


async def _row(site: Site, conversation_id: str) -> tuple[int, int, str | None, int]:
    async with site.container.uows.read() as session:
        row = await session.get_one(Conversation, conversation_id)
        return row.epoch, row.last_seq, row.owner_id, row.agent_read_seq


def _payloads(conversation_id: str, message_id: str, me: str) -> dict[str, dict[str, Any]]:
    """A valid payload for each command about a conversation."""
    values: dict[str, Any] = {
        "conversation_id": conversation_id, "message_id": message_id, "agent_id": me, "seq": 1,
        "on": True, "accept": True, "client_msg_id": new_id(),
        "content": {"type": "text", "text": "我也来说"},
    }  # fmt: skip
    payloads = {}
    for name, declared in AgentNamespace.commands().items():
        fields = declared.payload.model_fields
        if "conversation_id" in fields:
            payloads[name] = {key: values[key] for key, it in fields.items() if it.is_required()}
            if "to_agent" in fields:
                payloads[name]["to_agent"] = me
    payloads["take_over_conversation"]["reason"] = "我想要"
    return payloads


@on_sqlite
@pytest.mark.parametrize(
    ("role", "scope"),
    [(Role.AGENT, Scope.OWN), (Role.AGENT, Scope.GROUP), (Role.SUPERVISOR, Scope.GROUP)],
)
async def test_beyond_the_scope_nothing_is_read_and_nothing_is_done(
    site: Site, role: Role, scope: Scope
) -> None:
    app: FastAPI = build_http(site.container)
    me, token = await _account(site, "li", role, scope)
    async with site.visitor() as citizen, site.agent("wang") as owner:
        message = await citizen.say("只给 wang 的话")
        conversation_id = message["conversation_id"]
        await citizen.call("request_handoff")
        await owner.call("claim_conversation", conversation_id=conversation_id)
        before = await _row(site, conversation_id)
        async with AgentClient(site.url, token) as other:
            for name, payload in _payloads(conversation_id, message["id"], me).items():
                if name not in HARMLESS:
                    assert await other.refusal(name, payload) in REFUSED, name
            await citizen.say("还有一句")
            await owner.hear_text("还有一句")
            assert other.heard("message.created") == []
        headers = {"authorization": f"Bearer {token}"}
        looked = 0
        for route in _routes(app):
            if "conversation_id" not in route.path or not _declared(route) & GRANTS[role]:
                continue
            path = route.path_format.format_map(_Ids(conversation_id))
            for method in route.methods:
                answer = await site.http.request(method, path, headers=headers)
                assert answer.status_code in (403, 404, 422), f"{method} {path}: {answer.text}"
                looked += method == "GET" and answer.status_code == 404
        assert looked >= 4
        listed = await site.http.get("/api/v1/conversations", headers=headers)
        assert listed.json()["items"] == []
        now = await _row(site, conversation_id)
        assert (now[0], now[2], now[3]) == (before[0], before[2], before[3])
        assert now[1] == before[1] + 1, "what the citizen said, nothing else"


class _Ids(dict[str, str]):
    """The conversation's id where a route asks for it, something made up for the rest."""

    def __init__(self, conversation_id: str) -> None:
        super().__init__(conversation_id=conversation_id)

    def __missing__(self, name: str) -> str:
        return new_id()


@on_sqlite
async def test_an_agent_who_may_see_all_reads_but_decides_nothing(site: Site) -> None:
    me, token = await _account(site, "li", Role.AGENT, Scope.ALL)
    async with site.visitor() as citizen, site.agent("wang") as owner:
        message = await citizen.say("你好")
        conversation_id = message["conversation_id"]
        await citizen.call("request_handoff")
        await owner.call("claim_conversation", conversation_id=conversation_id)
        headers = {"authorization": f"Bearer {token}"}
        for path in ("", "/messages", "/context", "/team"):
            answer = await site.http.get(
                f"/api/v1/conversations/{conversation_id}{path}", headers=headers
            )
            assert answer.status_code == 200, path
        async with AgentClient(site.url, token) as other:
            await other.call("join_conversation", conversation_id=conversation_id)
            await citizen.say("大家都能看")
            await other.hear_text("大家都能看")
            for name, payload in _payloads(conversation_id, message["id"], me).items():
                if name in ("close_conversation", "release_conversation", "transfer_conversation"):
                    assert await other.refusal(name, payload) == "not_owner", name
        assert (await site.http.get("/api/v1/wall", headers=headers)).status_code == 403
