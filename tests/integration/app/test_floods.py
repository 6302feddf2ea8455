"""Masses: what one person may cause, over however many connections."""

from __future__ import annotations

import asyncio

from tests.integration.app.site import Site


async def test_more_connections_of_one_citizen_do_not_raise_the_limit(site: Site) -> None:
    async with site.visitor() as first:
        await first.say("你好")
        async with site.visitor(first.token) as second, site.visitor() as other:
            answers = await asyncio.gather(
                *(tab.ack("mark_read", {"seq": 0}) for tab in (first, second) for _ in range(40))
            )
            codes = [answer["error"]["code"] for answer in answers if not answer["ok"]]
            assert codes == ["too_many_requests"] * 21  # the message counts as well
            await other.say("你好")


async def test_asking_for_a_person_again_and_again_rings_the_desk_only_so_often(site: Site) -> None:
    async with site.agent("zhang") as desk, site.visitor() as citizen:
        answers = []
        for _ in range(15):
            answers.append(await citizen.ack("request_handoff"))
            await citizen.ack("cancel_handoff")
        refused = [a["error"]["code"] for a in answers if not a["ok"]]
        assert refused == ["too_many_requests"] * 5
        await citizen.say("不转了，公积金怎么提取")
        await citizen.hear_text("您说：不转了")
        assert len(desk.heard("conversation.queued")) == 10
