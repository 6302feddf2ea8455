"""A citizen reads back through earlier conversations, and takes a verdict on an answer back."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from core.conversation.feedback import AnswerFeedback
from tests.integration.app.clients import VisitorClient, text_of
from tests.integration.app.site import Site, on_sqlite


async def _visits(citizen: VisitorClient, *said: str) -> None:
    """A conversation for each: said, answered, closed."""
    for text in said:
        await citizen.say(text)
        await citizen.hear_text(f"您说：{text}")
        await citizen.call("close_conversation")


async def _read_back(citizen: VisitorClient, limit: int) -> list[dict[str, Any]]:
    """All that can be read, page by page from the newest, in order."""
    page = await citizen.call("list_messages", limit=limit)
    read: list[dict[str, Any]] = page["messages"]
    while page["earlier"]:
        first = read[0]
        page = await citizen.call(
            "list_messages", conversation_id=first["conversation_id"], before_seq=first["seq"],
            limit=limit, and_earlier=True,
        )  # fmt: skip
        assert page["messages"], "it was said that there is more"
        read = page["messages"] + read
    return read


async def test_reading_back_goes_on_in_earlier_conversations_to_the_first_word(site: Site) -> None:
    async with site.visitor() as citizen, site.visitor() as other:
        await _visits(other, "别人的话")
        await _visits(citizen, "第一次来", "第二次来", "第三次来")
        for limit in (1, 2, 50):
            read = await _read_back(citizen, limit)
            own = [text_of(each) for each in read if each["author"]["kind"] == "visitor"]
            assert own == ["第一次来", "第二次来", "第三次来"]
            places = [(each["conversation_id"], each["seq"]) for each in read]
            assert places == sorted(set(places))


@on_sqlite
async def test_a_page_without_that_wish_ends_with_its_conversation(site: Site) -> None:
    async with site.visitor() as citizen:
        await _visits(citizen, "第一次来", "第二次来")
        page = await citizen.call("list_messages")
        assert {each["conversation_id"] for each in page["messages"]} == {
            page["conversation"]["id"]
        }
        assert page["earlier"] is True
        mine = {"conversation_id": page["conversation"]["id"]}
        assert (await citizen.call("list_messages", **mine, after_seq=0))["earlier"] is False
        above = await citizen.call("list_messages", **mine, before_seq=1)
        assert (above["messages"], above["earlier"]) == ([], True)


@on_sqlite
async def test_whoever_has_said_nothing_has_nothing_to_read(site: Site) -> None:
    async with site.visitor() as citizen:
        page = await citizen.call("list_messages", and_earlier=True)
        assert page == {"conversation": None, "messages": [], "earlier": False}


@on_sqlite
async def test_a_verdict_is_told_to_all_windows_and_can_be_taken_back(site: Site) -> None:
    async with site.visitor() as citizen:
        await citizen.say("你好")
        answer = await citizen.hear("message.created", lambda m: m["author"]["kind"] == "bot")
        async with site.visitor(citizen.token) as tab:
            for verdict in (True, None):
                await citizen.call("answer_feedback", message_id=answer["id"], helpful=verdict)
                told = await tab.hear("message.updated", lambda m, v=verdict: m["helpful"] is v)
                assert told["id"] == answer["id"]
        async with site.container.uows.read() as session:
            kept = await session.scalar(
                select(AnswerFeedback.helpful).where(AnswerFeedback.message_id == answer["id"])
            )
        assert kept is None
