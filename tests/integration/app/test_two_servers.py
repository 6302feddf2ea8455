"""Two servers on one PostgreSQL and one Redis: a citizen on one and an agent on the other talk as on one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from knowledge.retrieval.refresher import IndexBuilder
from tests.fakes import ScriptedBot
from tests.integration.app.clients import AgentClient, VisitorClient, text_of
from tests.integration.app.site import Site, running, settings_for

pytestmark = [
    pytest.mark.redis,
    pytest.mark.parametrize(
        "database_url", [pytest.param("postgresql", marks=pytest.mark.postgres)], indirect=True
    ),
]


@pytest.fixture
async def sites(
    tmp_path: Path,
    database_url: str,
    redis_server: str,
    encoder: Path,
    builder: IndexBuilder,
    bot: ScriptedBot,
) -> AsyncIterator[tuple[Site, Site]]:
    """Each with its own home and port; the same key, database and Redis."""

    def settings(name: str) -> dict[str, object]:
        return {"home": tmp_path / name, "redis_url": redis_server, "secret_key": "shared by both"}

    one = settings_for(database_url=database_url, encoder=encoder, **settings("one"))  # type: ignore[arg-type]
    two = settings_for(database_url=database_url, encoder=encoder, **settings("two"))  # type: ignore[arg-type]
    async with running(one, builder, bot=bot) as first, running(two, builder, bot=bot) as second:
        yield first, second


async def _linked(citizen: VisitorClient, desk: AgentClient, conversation_id: str) -> None:
    """Wait until each hears the other's server: Redis has confirmed both subscriptions."""
    await desk.call("set_typing", conversation_id=conversation_id, on=True)
    await citizen.hear("typing.updated", lambda t: t["author"] == "agent")
    await citizen.call("set_typing", on=True)
    await desk.hear("typing.updated", lambda t: t["author"] == "visitor")


async def test_a_citizen_and_an_agent_on_different_servers_talk_without_loss(
    sites: tuple[Site, Site], bot: ScriptedBot
) -> None:
    first, second = sites
    async with first.visitor() as citizen, second.agent("wang") as desk:
        conversation_id = (await citizen.say("你好"))["conversation_id"]
        await citizen.hear_text("您说：你好")
        await citizen.call("request_handoff")
        await desk.hear("conversation.queued")
        await desk.call("claim_conversation", conversation_id=conversation_id)
        await citizen.hear("conversation.updated", lambda c: c["status"] == "assigned")
        await _linked(citizen, desk, conversation_id)

        said = []
        for number in range(15):
            said += [f"问{number}", f"答{number}"]
            await citizen.say(f"问{number}")
            await desk.hear_text(f"问{number}")
            await desk.say(conversation_id, f"答{number}")
            await citizen.hear_text(f"答{number}")
        for client in (citizen, desk):
            heard = [text_of(m) for m in client.heard("message.created")]
            assert [t for t in heard if t in said] == said
        thread = [text_of(m) for m in await citizen.thread()]
        assert [t for t in thread if t in said] == said

        # The citizen's next tab lands on the other server: one place, one history, no second copy.
        async with second.visitor(citizen.token) as tab:
            assert tab.session["conversation"]["id"] == conversation_id
            await tab.say("从另一台")
            await citizen.hear_text("从另一台")
            replay = await citizen.say("别的话", tab.heard("message.created")[-1]["client_msg_id"])
            assert text_of(replay) == "从另一台"
        await desk.call("close_conversation", conversation_id=conversation_id)
        await citizen.hear("rating.requested")
    assert len(bot.turns) == 1


async def test_a_login_on_one_server_opens_a_desk_on_the_other(sites: tuple[Site, Site]) -> None:
    first, second = sites
    await first.add_account("wang")
    async with AgentClient(second.url, await first.log_in("wang")) as desk:
        await desk.call("set_presence", status="online")
        bearer = {"authorization": f"Bearer {await second.log_in('wang')}"}
        [wang] = (await first.http.get("/api/v1/agents", headers=bearer)).json()
        assert (wang["login"], wang["status"]) == ("wang", "online")


async def test_two_agents_on_different_servers_cannot_take_the_same_citizen(
    sites: tuple[Site, Site],
) -> None:
    first, second = sites
    async with first.agent("wang") as one, second.agent("li") as other:
        for _ in range(5):
            async with first.visitor() as citizen:
                await citizen.call("request_handoff")
                waiting = await citizen.hear("queue.updated")
                taking = {"conversation_id": waiting["conversation_id"]}
                answers = await asyncio.gather(
                    *(desk.ack("claim_conversation", taking) for desk in (one, other))
                )
                assert sorted(a["ok"] for a in answers) == [False, True]
                [lost] = [a["error"]["code"] for a in answers if not a["ok"]]
                assert lost == "already_claimed"
                await citizen.call("close_conversation")
