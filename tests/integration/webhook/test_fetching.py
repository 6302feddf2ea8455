"""Portals that cannot be called back: their messages are fetched, signed as everything else."""

from __future__ import annotations

import pytest

from tests.integration.webhook.conftest import World, on_sqlite
from tests.integration.webhook.portal import PATH, code_of


@pytest.fixture
async def quiet(world: World) -> World:
    """A portal without a callback address."""
    await world.connect(callback="")
    return world


async def test_a_portal_fetches_what_is_new(quiet: World) -> None:
    await quiet.sender.say("一")
    await quiet.settle()
    first = (await quiet.sender.get(contact="u-1", after_seq=0)).json()
    assert [each["content"]["text"] for each in first["messages"]] == ["一", "您说：一"]
    seq = first["conversation"]["last_seq"]
    assert (await quiet.sender.get(contact="u-1", after_seq=seq)).json()["messages"] == []
    agent, conversation_id = await quiet.serve()
    await quiet.answer(agent, conversation_id, "您好")
    await quiet.settle()
    later = (await quiet.sender.get(contact="u-1", after_seq=seq)).json()
    assert later["messages"][-1]["content"]["text"] == "您好"
    assert later["conversation"]["owner_name"] == "坐席wang"
    assert await quiet.outbox_rows() == []
    assert quiet.receiver.heard == []


@on_sqlite
async def test_pages_go_both_ways_and_back_to_earlier_conversations(quiet: World) -> None:
    said = [f"第{n}句" for n in range(4)]
    for each in said:
        await quiet.sender.say(each)
        await quiet.settle()
    before = (await quiet.sender.get(contact="u-1", before_seq=5, limit=2)).json()
    assert [each["seq"] for each in before["messages"]] == [3, 4]
    first_id = before["conversation"]["id"]
    await quiet.sender.does("close")
    await quiet.sender.say("新的")
    latest = (await quiet.sender.get(contact="u-1")).json()
    assert latest["conversation"]["id"] != first_id
    earlier = await quiet.sender.get(contact="u-1", conversation_id=first_id, limit=1)
    assert earlier.json()["conversation"]["status"] == "closed"


@on_sqlite
async def test_somebody_we_never_heard_of_has_no_messages(quiet: World) -> None:
    answer = await quiet.sender.get(contact="nobody")
    assert answer.json() == {"ok": True, "conversation": None, "messages": []}


@on_sqlite
@pytest.mark.parametrize(
    "query",
    [
        {"contact": ""}, {"after_seq": 0}, {"contact": "u-1", "limit": 101}, {"contact": "u-1", "more": 1},
        {"contact": "u-1", "after_seq": "x"}, {"contact": "u-1", "conversation_id": "1"},
    ],
)  # fmt: skip
async def test_queries_that_do_not_fit_are_refused(quiet: World, query: dict[str, object]) -> None:
    answer = await quiet.sender.get(**query)
    assert (answer.status_code, code_of(answer)) == (422, "invalid_input")


@on_sqlite
async def test_the_query_is_signed_and_an_id_serves_once(quiet: World) -> None:
    await quiet.sender.say("只给 u-1")
    target = f"{PATH}/messages?contact=u-1"
    headers = quiet.sender.signed(target.encode())
    other = await quiet.http.get(f"{PATH}/messages?contact=u-2", headers=headers)
    assert code_of(other) == "webhook_signature_invalid"
    assert (await quiet.http.get(target, headers=headers)).status_code == 200
    assert code_of(await quiet.http.get(target, headers=headers)) == "webhook_id_reused"
    assert code_of(await quiet.http.get(target)) == "webhook_headers_invalid"


@on_sqlite
async def test_names_are_signed_as_they_are_written_in_the_address(quiet: World) -> None:
    await quiet.sender.say("你好", who="a/b?c&d=%41")
    answer = await quiet.sender.get(contact="a/b?c&d=%41")
    # The bot may have answered meanwhile.
    assert answer.json()["messages"][0]["content"]["text"] == "你好"
