"""Who types: both sides see that, nobody what; what a citizen is still writing is looked up and kept nowhere."""

from __future__ import annotations

import asyncio
import logging

import pytest
from sqlalchemy import text

from app import logs, suggestions
from app.tables import metadata
from core.configs import put_config
from core.conversation.attachments.settings import CONFIG_NAME, ExchangeSettings, InboxExchange
from tests.integration.app.clients import AgentClient, VisitorClient
from tests.integration.app.site import Site

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

DRAFT = "租房提取公积金要什么材料 密语四九"


@pytest.fixture(autouse=True)
def _no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(suggestions, "PAUSE_SECONDS", 0.0)


async def taken(citizen: VisitorClient, desk: AgentClient) -> str:
    conversation_id: str = (await citizen.say("转人工"))["conversation_id"]
    await citizen.call("request_handoff")
    await desk.ack("claim_conversation", {"conversation_id": conversation_id})
    await citizen.hear("conversation.updated", lambda c: c["status"] == "assigned")
    return conversation_id


def looking_up() -> list[asyncio.Task[object]]:
    return [
        task for task in asyncio.all_tasks() if task.get_name().startswith(suggestions.DRAFT_TASK)
    ]


async def everything_stored(site: Site) -> str:
    async with site.container.uows.read() as session:
        tables = [
            str((await session.execute(text(f'SELECT * FROM "{name}"'))).all())
            for name in metadata.tables
        ]
    return "".join(tables)


async def test_who_only_asked_for_a_person_last_is_looked_up_by_what_was_asked_before(
    site: Site,
) -> None:
    async with site.agent("wang") as desk, site.visitor() as citizen:
        await citizen.say("租房提取公积金要什么材料")
        await taken(citizen, desk)
        found = await desk.hear("suggestions.updated", lambda s: not s["for_draft"])
        assert "租房" in str(found["results"][0])


async def test_a_draft_brings_suggestions_and_is_kept_and_shown_nowhere(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    async with site.agent("wang") as desk, site.visitor() as citizen:
        assert citizen.session["drafts"] is True
        conversation_id = await taken(citizen, desk)
        await citizen.call("set_typing", on=True, draft=DRAFT)
        found = await desk.hear("suggestions.updated", lambda s: s["for_draft"])
        assert found["conversation_id"] == conversation_id
        assert found["results"]
        sign = await desk.hear("typing.updated")
        assert (sign["author"], sign["on"], "draft" in sign) == ("visitor", True, False)
        assert "密语" not in str(desk._heard)
        await citizen.say("好了")
        await desk.hear_text("好了")
        assert "密语" not in await everything_stored(site)
    # As the product's log is set up: single frames, which libraries write at DEBUG, are kept out of it.
    logged = [record for record in caplog.records if logs._only_warnings_of_libraries(record)]
    assert not any("密语" in record.getMessage() for record in logged)


async def test_where_it_is_switched_off_nothing_is_looked_up(site: Site) -> None:
    async with site.container.uows.write() as uow:
        off = InboxExchange(suggest_while_typing=False)
        await put_config(uow, CONFIG_NAME, ExchangeSettings(inboxes={"web": off}), "test")
    async with site.agent("wang") as desk, site.visitor() as citizen:
        assert citizen.session["drafts"] is False
        await taken(citizen, desk)
        await citizen.call("set_typing", on=True, draft=DRAFT)
        await asyncio.gather(*looking_up())
        await citizen.say("租房能提取吗")
        await desk.hear("suggestions.updated", lambda s: s["for_seq"] > 1)
        assert not any(s["for_draft"] for s in desk.heard("suggestions.updated"))


async def test_with_the_bot_nothing_is_looked_up_and_too_much_is_refused(site: Site) -> None:
    async with site.visitor() as citizen:
        await citizen.say("你好")
        await citizen.call("set_typing", on=True, draft=DRAFT)
        assert looking_up() == []
        assert (
            await citizen.refusal("set_typing", {"on": True, "draft": "x" * 201}) == "invalid_input"
        )


async def test_the_citizen_sees_who_types(site: Site) -> None:
    async with site.agent("wang") as desk, site.visitor() as citizen:
        conversation_id = await taken(citizen, desk)
        await desk.call("set_typing", conversation_id=conversation_id, on=True)
        sign = await citizen.hear("typing.updated", lambda t: t["author"] == "agent")
        assert (sign["name"], sign["on"]) == ("wang", True)
