"""Messages sent twice, at once or without waiting: stored once, answered once, in order."""

from __future__ import annotations

import asyncio

from tests.fakes import ScriptedBot
from tests.integration.app.clients import text_of
from tests.integration.app.site import Site


async def test_a_replayed_client_msg_id_is_stored_and_answered_once_also_across_reconnects(
    site: Site, bot: ScriptedBot
) -> None:
    async with site.visitor() as citizen:
        first = await citizen.say("你好", "m1")
        again = await citizen.say("你好", "m1")
        other_words = await citizen.say("别的话", "m1")
        assert first == again == other_words
        await citizen.hear_text("您说：你好")
    async with site.visitor(citizen.token) as back:
        assert await back.say("你好", "m1") == first
        assert [text_of(m) for m in await back.thread()] == ["你好", "您说：你好"]
    assert len(bot.turns) == 1


async def test_the_same_first_message_five_times_at_once_is_stored_and_answered_once(
    site: Site, bot: ScriptedBot
) -> None:
    async with site.visitor() as citizen:
        tabs = [citizen, *[site.visitor(citizen.token) for _ in range(4)]]
        await asyncio.gather(*(tab.connect() for tab in tabs[1:]))
        stored = await asyncio.gather(*(tab.say("你好", "m1") for tab in tabs))
        assert len({m["id"] for m in stored}) == 1
        await citizen.hear_text("您说：你好")
        assert [m["seq"] for m in await citizen.thread()] == [1, 2]
        await asyncio.gather(*(tab.sio.disconnect() for tab in tabs[1:]))
    assert len(bot.turns) == 1


async def test_messages_sent_without_waiting_keep_their_order(site: Site, bot: ScriptedBot) -> None:
    async with site.visitor() as citizen:
        await citizen.say("开始")
        texts = [f"第{n}句" for n in range(20)]
        # As a browser does after a reconnect: all at once, in order, each with its own acknowledgement.
        await asyncio.gather(*(citizen.say(text) for text in texts))
        await citizen.hear_text("您说：第19句")
        thread = await citizen.thread()
        assert [text_of(m) for m in thread if m["author"]["kind"] == "visitor"] == ["开始", *texts]
        assert [turn.text for turn in bot.turns] == ["开始", *texts]
