"""Lost connections and several tabs: the database is the truth, the gap is fetched, nothing shows twice."""

from __future__ import annotations

import asyncio

from tests.fakes import ScriptedBot
from tests.integration.app.clients import text_of
from tests.integration.app.site import Site


async def test_what_was_said_while_away_is_fetched_by_the_last_seq(site: Site) -> None:
    async with site.agent("wang") as desk:
        async with site.visitor() as citizen:
            conversation_id = (await citizen.say("你好"))["conversation_id"]
            await citizen.call("request_handoff")
            await desk.call("claim_conversation", conversation_id=conversation_id)
            await citizen.hear("conversation.updated", lambda c: c["status"] == "assigned")
            last = (await citizen.thread())[-1]["seq"]
        missed = [f"第{n}句" for n in range(105)]
        for text in missed:
            await desk.say(conversation_id, text)
        async with site.visitor(citizen.token) as back:
            assert back.session["conversation"]["last_seq"] == last + 105
            first = await back.call("list_messages", after_seq=last, limit=100)
            rest = await back.call(
                "list_messages", after_seq=first["messages"][-1]["seq"], limit=100
            )
            gap = first["messages"] + rest["messages"]
            assert [text_of(m) for m in gap] == missed
            assert [m["seq"] for m in gap] == list(range(last + 1, last + 106))
            before = await back.call("list_messages", before_seq=gap[0]["seq"], limit=100)
            assert [m["seq"] for m in before["messages"]] == list(range(1, last + 1))
            await desk.say(conversation_id, "接着说")
            await back.hear_text("接着说")


async def test_a_citizen_who_lost_the_acknowledgement_sends_again_and_is_heard_once(
    site: Site, bot: ScriptedBot
) -> None:
    async with site.visitor() as citizen:
        await citizen.say("第一句", "m1")
        await citizen.hear_text("您说：第一句")
        # The line breaks before the acknowledgement: the browser cannot know whether it was stored.
        sending = asyncio.create_task(citizen.say("第二句", "m2"))
        await asyncio.sleep(0)
        await citizen.sio.eio.disconnect()
        sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)
    async with site.visitor(citizen.token) as back:
        await back.say("第二句", "m2")
        await back.say("第三句", "m3")
        await back.hear_text("您说：第三句")
        said = [text_of(m) for m in await back.thread() if m["author"]["kind"] == "visitor"]
        assert said == ["第一句", "第二句", "第三句"]
    assert [turn.text for turn in bot.turns] == said


async def test_both_tabs_of_a_citizen_see_everything_once(site: Site) -> None:
    async with site.visitor() as one, site.visitor(one.token) as other:
        assert one.session["contact"] == other.session["contact"]
        await one.say("从第一个窗口")
        await other.hear_text("您说：从第一个窗口")
        await other.say("从第二个窗口")
        for tab in (one, other):
            await tab.hear_text("您说：从第二个窗口")
            texts = [text_of(m) for m in tab.heard("message.created")]
            assert texts == [
                "从第一个窗口", "您说：从第一个窗口", "从第二个窗口", "您说：从第二个窗口",
            ]  # fmt: skip
        await one.call("close_conversation")
        await other.hear("conversation.updated", lambda c: c["status"] == "closed")
        again = await other.say("又来了")
        assert again["seq"] == 1, "a new conversation"
        await one.hear_text("您说：又来了")


async def test_both_desks_of_an_agent_show_the_same(site: Site) -> None:
    async with site.agent("wang") as one, site.visitor() as citizen:
        async with type(one)(site.url, await site.log_in("wang")) as other:
            conversation_id = (await citizen.say("你好"))["conversation_id"]
            await citizen.call("request_handoff")
            await one.call("claim_conversation", conversation_id=conversation_id)
            await other.hear("conversation.assigned")
            await citizen.say("您好")
            for desk in (one, other):
                await desk.hear_text("您好")
            sent = await asyncio.gather(
                *(desk.say(conversation_id, "只说一次", "d1") for desk in (one, other))
            )
            assert sent[0] == sent[1]
        assert [text_of(m) for m in await citizen.thread()].count("只说一次") == 1


async def test_typing_is_shown_to_the_other_side_and_not_stored(
    site: Site, bot: ScriptedBot
) -> None:
    shown = asyncio.Event()
    bot.before_reply = shown.wait
    async with site.agent("wang") as desk, site.visitor() as citizen:
        conversation_id = (await citizen.say("你好"))["conversation_id"]
        await citizen.hear("typing.updated", lambda t: t["author"] == "bot" and t["on"])
        shown.set()
        await citizen.call("request_handoff")
        await desk.call("claim_conversation", conversation_id=conversation_id)
        count = len(await citizen.thread())
        await desk.call("set_typing", conversation_id=conversation_id, on=True)
        await citizen.hear("typing.updated", lambda t: t["author"] == "agent" and t["on"])
        await citizen.call("set_typing", on=True)
        await desk.hear("typing.updated", lambda t: t["author"] == "visitor" and t["on"])
        assert len(await citizen.thread()) == count
