"""Portals that are down, slow, wrong or hostile: nothing is lost, nothing comes out of order, nobody else waits."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from starlette.responses import Response

from core.clock import FixedClock
from core.conversation import deliveries
from core.outbox.worker import Postponed
from core.webhooks import posting
from core.webhooks.lanes import AT_ONCE, Lanes
from handoff.desk.deliveries import Redelivery
from handoff.desk.recalling import Recalling
from tests.integration.webhook.conftest import ADMIN, World, on_sqlite
from tests.integration.webhook.portal import INBOX, Heard


async def states(world: World) -> list[tuple[str, str]]:
    return [(each["type"], each["state"]) for each in await world.deliveries()]


@pytest.mark.parametrize("status", [500, 503, 401, 403, 404, 429, 302, 307, 304])
@on_sqlite
async def test_what_is_not_taken_is_tried_again_in_order(portal: World, status: int) -> None:
    portal.receiver.always(status, location="http://169.254.169.254/latest/meta-data")
    await portal.sender.say("一")
    await portal.sender.say("二")
    await portal.settle()
    assert portal.receiver.texts() == ["您说：一"], "the second waits behind the first"
    (noted,) = await portal.deliveries()
    assert (noted["state"], noted["status"], noted["attempts"]) == ("retrying", status, 1)
    assert str(status) in noted["error"]
    portal.receiver.answer = None
    await portal.later()
    assert portal.receiver.texts() == ["您说：一", "您说：一", "您说：二"]
    assert portal.receiver.heard[0].id == portal.receiver.heard[1].id
    assert await portal.outbox_rows() == []
    assert [state for _, state in await states(portal)] == ["delivered", "delivered"]


@pytest.mark.parametrize("status", [400, 410, 413, 415, 422])
@on_sqlite
async def test_what_is_refused_for_good_fails_and_the_next_one_follows(
    portal: World, status: int
) -> None:
    async def answer(heard: Heard) -> Response:
        return Response(status_code=status if b"\xe4\xb8\x80" in heard.raw else 204)

    portal.receiver.answer = answer
    await portal.sender.say("一")
    await portal.turns.idle()
    await portal.sender.say("二")
    await portal.settle()
    assert portal.receiver.texts() == ["您说：一", "您说：二"]
    (failed,) = await portal.deliveries(state="failed")
    assert failed["status"] == status
    conversation = await portal.conversation()
    async with portal.uows.read() as session:
        shown = await deliveries.of_conversation(session, conversation)
    assert [each.state for each in shown.values()] == ["failed"]
    assert str(status) in next(iter(shown.values())).reason


@on_sqlite
async def test_a_portal_that_is_down_gets_everything_when_it_is_back(portal: World) -> None:
    url = portal.receiver.url
    await portal.admin.patch(f"{ADMIN}/{INBOX}", json={"callback_url": "http://127.0.0.1:1/"})
    for who in ("u-1", "u-2", "u-3"):
        await portal.sender.say(f"{who} 问", who=who)
        await portal.settle()
    assert {each["error"] for each in await portal.deliveries()} == {
        "连接不上门户，请核对地址、端口和防火墙"
    }
    (shown,) = (await portal.admin.get(ADMIN)).json()
    assert (shown["waiting"], shown["failed"]) == (3, 0)
    await portal.admin.patch(f"{ADMIN}/{INBOX}", json={"callback_url": url})
    # The first one that is due finds the portal back, and calls the others, whatever their turn was.
    await portal.later(seconds=20)
    assert sorted(portal.receiver.texts()) == [f"您说：u-{n} 问" for n in (1, 2, 3)]
    (shown,) = (await portal.admin.get(ADMIN)).json()
    assert (shown["waiting"], shown["failed"]) == (0, 0)


@on_sqlite
async def test_a_slow_portal_is_given_up_in_time_and_holds_few_hands(
    portal: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(posting, "TOTAL_SECONDS", 0.2)
    at_once = most = 0
    hang = asyncio.Event()

    async def answer(_heard: Heard) -> Response:
        nonlocal at_once, most
        at_once += 1
        most = max(most, at_once)
        try:
            await hang.wait()
        finally:
            at_once -= 1
        return Response(status_code=204)

    portal.receiver.answer = answer
    for n in range(10):
        await portal.sender.say("问", who=f"u-{n}")
    await portal.turns.idle()
    await portal.outbox.work_once()
    assert 0 < most <= AT_ONCE
    noted = await portal.deliveries()
    assert {each["error"] for each in noted} == {"门户没有及时应答（超时）"}
    hang.set()
    portal.receiver.answer = None
    for _ in range(3):
        await portal.later(seconds=20)
    assert await portal.outbox_rows() == []
    told = {event["contact"]["id"] for event in portal.receiver.events("message.created")}
    assert told == {f"u-{n}" for n in range(10)}


def test_a_portal_in_trouble_is_tried_by_one_call_at_a_time(clock: FixedClock) -> None:
    lanes = Lanes(clock)
    lanes.failed("a")
    with lanes.enter("a"), lanes.enter("b"):
        with pytest.raises(Postponed) as caught, lanes.enter("a"):
            pass
        assert caught.value.until > clock.now()
        with lanes.enter("b"):
            pass
    assert lanes.answered("a")
    assert not lanes.answered("a")
    with lanes.enter("a"), lanes.enter("a"):
        pass


@on_sqlite
async def test_what_was_given_up_after_a_day_is_sent_again_by_hand(portal: World) -> None:
    portal.receiver.always(500)
    await portal.sender.say("一")
    await portal.settle()
    for _ in range(11):
        await portal.later()
    (failed,) = await portal.deliveries(state="failed")
    assert failed["attempts"] == 11
    assert (await portal.admin.get(ADMIN)).json()[0]["failed"] == 1
    portal.receiver.answer = None
    again = await portal.admin.post(f"{ADMIN}/{INBOX}/deliveries/{failed['id']}/retry")
    assert again.json() == {"count": 1}
    await portal.settle()
    assert (await portal.deliveries())[0]["state"] == "delivered"
    twice = await portal.admin.post(f"{ADMIN}/{INBOX}/deliveries/{failed['id']}/retry")
    assert (twice.status_code, twice.json()["error"]["code"]) == (409, "not_failed")


async def test_all_that_failed_is_sent_again_at_once(portal: World) -> None:
    portal.receiver.always(410)
    for who in ("u-1", "u-2"):
        await portal.sender.say("问", who=who)
    await portal.settle()
    portal.receiver.answer = None
    again = await portal.admin.post(f"{ADMIN}/{INBOX}/deliveries/retry")
    assert again.json() == {"count": 2}
    await portal.settle()
    assert await portal.outbox_rows() == []


@on_sqlite
async def test_an_agent_sends_a_failed_message_again(portal: World) -> None:
    agent, conversation_id = await portal.serve()
    portal.receiver.always(400)
    message_id = await portal.answer(agent, conversation_id, "您好")
    await portal.settle()
    portal.receiver.answer = None
    await Redelivery(portal.uows).retry(conversation_id, message_id, agent)
    await portal.settle()
    assert portal.receiver.texts()[-2:] == ["您好", "您好"]
    assert await portal.outbox_rows() == []


async def test_a_recalled_message_is_taken_back_at_the_portal(portal: World) -> None:
    agent, conversation_id = await portal.serve()
    message_id = await portal.answer(agent, conversation_id, "发错了")
    await portal.settle()
    await Recalling(portal.uows).recall_message(conversation_id, message_id, agent)
    await portal.settle()
    (updated,) = portal.receiver.events("message.updated")
    message = updated["data"]["message"]
    assert (message["id"], message["content"]["type"]) == (message_id, "activity")
    assert "发错了" not in str(updated)
    assert updated["id"] != message_id


@on_sqlite
async def test_what_was_recalled_before_it_went_out_is_never_told(portal: World) -> None:
    agent, conversation_id = await portal.serve()
    portal.receiver.always(503)
    message_id = await portal.answer(agent, conversation_id, "发错了")
    await portal.turns.idle()
    await Recalling(portal.uows).recall_message(conversation_id, message_id, agent)
    portal.receiver.answer = None
    await portal.later()
    assert "发错了" not in str([each.raw.decode() for each in portal.receiver.heard])


@on_sqlite
async def test_old_places_in_the_queue_are_not_told_late(portal: World) -> None:
    portal.receiver.always(503)
    await portal.agent("busy")
    for who in ("u-1", "u-2"):
        await portal.sender.does("handoff", who=who)
        await portal.settle()
    await portal.sender.does("cancel_handoff", who="u-1")
    await portal.settle()
    waiting = await portal.conversation("u-2")
    rows = [row for row in await portal.outbox_rows() if row.key == waiting.id]
    places = [row for row in rows if row.payload.get("type") == "queue.updated"]
    assert [row.payload["data"]["position"] for row in places] == [1]


@on_sqlite
async def test_ratings_and_feedback_go_the_widgets_way(portal: World) -> None:
    await portal.sender.say("问")
    await portal.settle()
    answered = portal.receiver.events("message.created")[0]["data"]["message"]["id"]
    await portal.sender.does("feedback", message_id=answered, helpful=False)
    agent, conversation_id = await portal.serve()
    await portal.people.ending.invite_rating(conversation_id, agent)
    await portal.settle()
    (asked,) = portal.receiver.events("rating.requested")
    assert asked["data"]["conversation_id"] == conversation_id
    assert "invited_by" not in asked["data"]
    best = asked["data"]["offer"]["levels"][0]
    await portal.sender.does(
        "rate", score=best["score"], tags=best["tags"][:1], service=asked["data"]["service"]
    )
    async with portal.uows.read() as session:
        (rating,) = await portal.people.ratings.of_conversation(session, conversation_id)
    assert (rating.score, rating.tags) == (5, best["tags"][:1])


@on_sqlite
async def test_a_switched_off_inbox_tells_nobody_and_can_later(portal: World) -> None:
    await portal.sender.say("一")
    await portal.turns.idle()
    await portal.admin.patch(f"{ADMIN}/{INBOX}", json={"enabled": False})
    await portal.settle()
    assert portal.receiver.heard == []
    await portal.admin.patch(f"{ADMIN}/{INBOX}", json={"enabled": True})
    await portal.admin.post(f"{ADMIN}/{INBOX}/deliveries/retry")
    await portal.settle()
    assert portal.receiver.texts() == ["您说：一"]


@on_sqlite
async def test_old_lines_of_the_log_go_by_themselves(portal: World) -> None:
    await portal.sender.say("一")
    await portal.settle()
    portal.clock.advance(timedelta(days=8))
    await portal.sender.say("二")
    await portal.settle()
    assert len(await portal.deliveries()) == 1
