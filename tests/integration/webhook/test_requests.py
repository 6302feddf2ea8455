"""Requests that are wrong, late, forged or repeated: refused by name, and nothing is stored."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from channels.webhook.models import WebhookReceived
from core.conversation.models import Conversation, Inbox
from core.ids import new_id
from tests.integration.webhook.conftest import ADMIN, World, on_sqlite
from tests.integration.webhook.portal import INBOX, PATH, code_of

SAID = {"type": "message", "contact": {"id": "u-1"}, "content": {"type": "text", "text": "你好"}}


async def nothing_is_stored(world: World) -> bool:
    async with world.uows.read() as session:
        counts = [
            await session.scalar(select(func.count()).select_from(table))
            for table in (Conversation, WebhookReceived)
        ]
    return counts == [0, 0]


@on_sqlite
@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"webhook-signature": "v1,AAAA"}, 401, "webhook_signature_invalid"),
        ({"webhook-id": "other"}, 401, "webhook_signature_invalid"),
        ({"webhook-id": "a.b"}, 400, "webhook_headers_invalid"),
        ({"webhook-signature": "v2,AAAA"}, 400, "webhook_headers_invalid"),
        ({"webhook-timestamp": "now"}, 400, "webhook_headers_invalid"),
        ({"webhook-timestamp": "1"}, 401, "webhook_timestamp_stale"),
        ({"webhook-timestamp": "99999999999"}, 401, "webhook_timestamp_stale"),
    ],
)
async def test_wrong_headers_are_refused(
    portal: World, change: dict[str, str], status: int, code: str
) -> None:
    response = await portal.sender.post(SAID, **change)
    assert (response.status_code, code_of(response)) == (status, code)
    assert await nothing_is_stored(portal)


@on_sqlite
@pytest.mark.parametrize("name", ["webhook-id", "webhook-timestamp", "webhook-signature"])
async def test_missing_and_doubled_headers_are_refused(portal: World, name: str) -> None:
    body = json.dumps(SAID).encode()
    right = portal.sender.signed(body)
    for headers in (
        [(key, value) for key, value in right.items() if key != name],
        [*right.items(), (name, right[name])],
        [*right.items(), (name, "other")],
    ):
        response = await portal.http.post(PATH, content=body, headers=headers)
        assert response.status_code == 400
        assert response.json()["error"]["details"] == {"header": name}
    assert await nothing_is_stored(portal)


@on_sqlite
@pytest.mark.parametrize("minutes", [-6, 6])
async def test_a_portal_whose_clock_is_wrong_is_told_by_how_much(
    portal: World, minutes: int
) -> None:
    headers = portal.sender.signed(b"{}")
    portal.clock.advance(timedelta(minutes=6))
    if minutes > 0:
        headers = portal.sender.signed(b"{}")
        portal.clock._at -= timedelta(minutes=6)
    response = await portal.http.post(PATH, content=b"{}", headers=headers)
    assert code_of(response) == "webhook_timestamp_stale"
    assert response.json()["error"]["details"]["age_seconds"] == -minutes * 60


@on_sqlite
@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400), (b"{", 400), (b"[]", 400), (b"[" * 200_000, 400), (b"\xff", 400),
        (b'{"type":"unknown"}', 422), (json.dumps({**SAID, "more": 1}).encode(), 422),
        (b" " * (256 * 1024 + 1), 413), (b"x" * 10_000_000, 413),
    ],
    ids=["empty", "broken", "list", "deep", "bytes", "type", "field", "large", "10MB"],
)  # fmt: skip
async def test_wrong_bodies_are_refused_though_they_are_signed(
    portal: World, body: bytes, status: int
) -> None:
    response = await portal.sender.post(body)
    assert response.status_code == status
    assert response.json()["ok"] is False
    assert await nothing_is_stored(portal)


@on_sqlite
async def test_a_stranger_cannot_make_us_read_a_body(portal: World) -> None:
    """What is wrong with the headers is said before the first byte is asked for."""

    async def body() -> Any:
        raise AssertionError("the body was read")
        yield b""

    response = await portal.http.post(PATH, content=body(), headers={"webhook-id": "a"})
    assert code_of(response) == "webhook_headers_invalid"
    response = await portal.http.post("/channels/webhook/nobody", content=body())
    assert code_of(response) == "inbox_not_found"


@on_sqlite
async def test_unknown_disabled_and_other_inboxes_look_alike(portal: World) -> None:
    async with portal.uows.write() as uow:
        uow.session.add(Inbox(id="web", channel="web", name="网站", created_at=uow.clock.now()))
    answers = []
    for inbox in ("nobody", "web", "..%2Fportal", "PORTAL", "a" * 100, "%00"):
        answers.append(await portal.sender.post(SAID, path=f"/channels/webhook/{inbox}"))
    await portal.admin.patch(f"{ADMIN}/{INBOX}", json={"enabled": False})
    answers.append(await portal.sender.post(SAID))
    assert {each.status_code for each in answers} == {404}
    assert {code_of(each) for each in answers[:2] + answers[3:5] + answers[6:]} == {"inbox_not_found"}  # fmt: skip
    await portal.admin.patch(f"{ADMIN}/{INBOX}", json={"enabled": True})
    assert (await portal.sender.post(SAID)).status_code == 200


async def test_a_repeated_event_gets_the_same_answer_and_changes_nothing(portal: World) -> None:
    first = await portal.sender.say("只说一次", id="evt-1")
    portal.clock.advance(timedelta(hours=2))
    again = await portal.sender.say("只说一次", id="evt-1")
    assert (first["duplicate"], again["duplicate"]) == (False, True)
    assert again["message"] == first["message"]
    assert await portal.said() == ["只说一次"]


async def test_an_id_is_not_used_for_another_event(portal: World) -> None:
    await portal.sender.say("一", id="evt-1")
    event = {**SAID, "content": {"type": "text", "text": "二"}}
    response = await portal.sender.post(event, id="evt-1")
    assert (response.status_code, code_of(response)) == (409, "webhook_event_reused")
    assert await portal.said() == ["一"]


async def test_an_event_that_was_refused_may_come_again_under_its_id(portal: World) -> None:
    close = {"type": "close", "contact": {"id": "u-1"}}
    assert code_of(await portal.sender.post(close, id="evt-1")) == "not_found"
    await portal.sender.say("你好")
    assert (await portal.sender.post(close, id="evt-1")).status_code == 200
    assert (await portal.conversation()).status == "closed"
    # Acted on once: the next conversation stays open when the repeat comes late.
    await portal.sender.say("再问一句")
    assert (await portal.sender.post(close, id="evt-1")).json()["duplicate"] is True
    assert (await portal.conversation()).status == "bot"


async def test_an_event_that_comes_several_times_at_once_is_stored_once(portal: World) -> None:
    answers = await asyncio.gather(*(portal.sender.say("同时", id="evt-1") for _ in range(6)))
    assert len({each["message"]["id"] for each in answers}) == 1
    assert await portal.said() == ["同时"]


async def test_new_citizens_events_at_once_make_one_contact(portal: World) -> None:
    said = [f"第{n}句" for n in range(5)]
    await asyncio.gather(*(portal.sender.say(each) for each in said))
    assert sorted(await portal.said()) == said


@on_sqlite
async def test_a_late_repeat_of_a_message_is_known_though_the_event_is_forgotten(
    portal: World,
) -> None:
    await portal.sender.say("你好", id="evt-1")
    portal.clock.advance(timedelta(days=8))
    await portal.sender.say("别的", id="evt-2")
    again = await portal.sender.say("你好", id="evt-1")
    assert await portal.said() == ["你好", "别的"]
    assert again["message"]["content"]["text"] == "你好"


@on_sqlite
async def test_one_citizens_flood_is_slowed_and_others_are_not(portal: World) -> None:
    event = {"type": "read", "contact": {"id": "u-1"}, "seq": 0}
    await portal.sender.say("你好")
    answers = [await portal.sender.post(event) for _ in range(60)]
    assert [each.status_code for each in answers] == [200] * 59 + [429]
    assert int(answers[-1].headers["retry-after"]) > 0
    await portal.sender.say("我是别人", who="u-2")


@on_sqlite
async def test_citizens_of_a_portal_do_not_reach_each_other(portal: World) -> None:
    mine = await portal.sender.say("我的")
    await portal.settle()
    answered = portal.receiver.events("message.created")[0]["data"]["message"]
    for event in (
        {"type": "rate", "conversation_id": mine["conversation"]["id"], "score": 1},
        {"type": "feedback", "message_id": answered["id"], "helpful": False},
    ):
        await portal.sender.say("我是别人", who="u-2")
        response = await portal.sender.post({**event, "contact": {"id": "u-2"}})
        assert (response.status_code, code_of(response)) == (404, "not_found")
    stolen = await portal.sender.get(contact="u-2", conversation_id=mine["conversation"]["id"])
    assert code_of(stolen) == "not_found"
    unknown = await portal.sender.post({"type": "close", "contact": {"id": new_id()}})
    assert code_of(unknown) == "not_found"


@on_sqlite
async def test_a_ping_answers_and_stores_nothing(portal: World) -> None:
    response = await portal.sender.post({"type": "ping"})
    assert response.json() == {"ok": True, "duplicate": False, "message": None, "conversation": None}  # fmt: skip
    assert await nothing_is_stored(portal)
