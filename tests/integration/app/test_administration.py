"""Sensitive words, personal numbers and accounts on a running server, as people and programs meet them."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from core.auth.permissions import Role
from core.ids import new_id
from tests.integration.app.clients import AgentClient, Refused, VisitorClient
from tests.integration.app.site import Site

# Nothing here depends on the kind of database.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

LISTS = [
    {"name": "坐席", "words": ["保证办成"], "direction": "agent"},
    {"name": "市民", "words": ["笨蛋"], "direction": "citizen", "action": "mask"},
    {"name": "拒收", "words": ["炸掉"], "direction": "citizen", "action": "refuse"},
]
SAID = "我的身份证110101199001011234"


class Admin:
    """The administrator over HTTP."""

    def __init__(self, site: Site, token: str) -> None:
        self.site, self.headers = site, {"Authorization": f"Bearer {token}"}

    async def __call__(self, method: str, path: str, status: int = 200, **body: Any) -> Any:
        answer = await self.site.http.request(
            method, f"/api/v1{path}", headers=self.headers, **({"json": body} if body else {})
        )
        assert answer.status_code == status, answer.text
        return answer.json() if answer.content else None


@pytest.fixture
async def admin(site: Site) -> Admin:
    await site.add_account("root", Role.ADMIN)
    return Admin(site, await site.log_in("root"))


def text(words: str) -> dict[str, Any]:
    return {"client_msg_id": new_id(), "content": {"type": "text", "text": words}}


async def served(site: Site, agent: AgentClient, visitor: VisitorClient) -> str:
    """The citizen with the agent; returns the conversation."""
    await visitor.call("request_handoff")
    waiting = await agent.hear("conversation.queued")
    conversation_id: str = waiting["conversation"]["id"]
    await agent.call("claim_conversation", conversation_id=conversation_id)
    return conversation_id


async def test_words_hold_in_both_directions_from_the_moment_they_are_saved(
    site: Site, admin: Admin
) -> None:
    async with site.agent("li") as agent, site.visitor() as visitor:
        conversation_id = await served(site, agent, visitor)
        await admin("PUT", "/desk/settings/words", lists=LISTS, refusal="请文明用语。")
        blocked = await agent.ack(
            "send_message", {"conversation_id": conversation_id, **text("我 保-证-办-成")}
        )
        assert blocked["error"]["code"] == "words_blocked"
        assert blocked["error"]["details"] == {"words": ["保证办成"]}
        refused = await visitor.ack("send_message", text("炸 掉"))
        assert (refused["error"]["code"], refused["error"]["message"]) == (
            "words_refused",
            "请文明用语。",
        )
        stored = await visitor.call("send_message", **text("你这笨　蛋"))
        assert stored["content"]["text"] == "你这***"
        seen = await agent.hear("message.created", lambda m: m["id"] == stored["id"])
        assert seen["content"]["text"] == "你这***"
        page = await agent.call("list_messages", conversation_id=conversation_id)
        texts = [m["content"].get("text") for m in page["messages"] if m["author"]["kind"] != "bot"]
        assert not any("保" in t or "炸" in t for t in texts)


async def test_a_trial_says_what_lists_would_do_before_they_are_saved(admin: Admin) -> None:
    tried = await admin(
        "POST", "/desk/settings/words/try", config={"lists": LISTS}, text="保证办成，笨蛋"
    )
    assert tried == {"agent": ["保证办成"], "citizen": "masked", "shown": "保证办成，***"}


async def test_a_number_is_shown_in_full_only_to_whom_it_is_permitted(
    site: Site, admin: Admin
) -> None:
    async with site.agent("li") as agent, site.visitor() as visitor:
        conversation_id = await served(site, agent, visitor)
        stored = await visitor.call("send_message", **text(SAID))
        assert stored["content"]["text"] == SAID
        assert "masked" not in stored
        seen = await agent.hear("message.created", lambda m: m["id"] == stored["id"])
        assert (seen["content"]["text"], seen["masked"]) == ("我的身份证1101**********1234", True)
        path = f"/api/v1/conversations/{conversation_id}/messages/{stored['id']}/reveal"
        agents = {"Authorization": f"Bearer {await site.log_in('li')}"}
        whole = await site.http.post(path, headers=agents, json={})
        assert whole.json()["content"]["text"] == SAID
        # Another agent has the permission and not the conversation; an editor has neither.
        for login, role, status in (("fan", Role.AGENT, 404), ("bian", Role.EDITOR, 403)):
            await site.add_account(login, role)
            headers = {"Authorization": f"Bearer {await site.log_in(login)}"}
            answer = await site.http.post(path, headers=headers, json={})
            assert answer.status_code == status, answer.text
    looks = (await admin("GET", "/audit?action=message.revealed"))["items"]
    assert [(each["actor_name"], each["label"]) for each in looks] == [("li", "查看完整号码")]
    assert "1101" not in str(looks)
    assert looks[0]["data"] == {"conversation": conversation_id}


async def test_a_deactivated_agents_desk_is_cut_and_the_citizen_is_handed_on(
    site: Site, admin: Admin
) -> None:
    async with site.agent("li") as agent, site.visitor() as visitor:
        conversation_id = await served(site, agent, visitor)
        (account,) = (await admin("GET", "/accounts?q=li"))["items"]
        async with site.agent("wang") as colleague:
            await admin("POST", f"/accounts/{account['id']}/deactivate")
            async with asyncio.timeout(10):
                await agent.gone.wait()
            with pytest.raises(Refused):
                await agent.connect()
            # Handed on: whoever is there may take it from the queue.
            await colleague.hear(
                "conversation.queued", lambda e: e["conversation"]["id"] == conversation_id
            )
            await colleague.call("claim_conversation", conversation_id=conversation_id)


async def test_an_account_made_over_http_works_with_the_password_shown(
    site: Site, admin: Admin
) -> None:
    made = await admin("POST", "/accounts", 201, login="li", name="李四", role="agent", scope="own")
    answer = await site.http.post(
        "/api/v1/auth/login", json={"login": "li", "password": made["password"]}
    )
    assert answer.status_code == 200
    taken = await admin("POST", "/accounts", 409, login="li", name="李", role="agent")
    assert taken["error"]["details"] == {"field": "login"}
    (root,) = (await admin("GET", "/accounts?q=root"))["items"]
    last = await admin("POST", f"/accounts/{root['id']}/deactivate", 409)
    assert last["error"]["code"] == "last_admin"
