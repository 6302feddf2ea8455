"""Template and subscribe messages against the stand-in, and what WeChat reports of them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import select

from channels.tencent.carrier import Reminder
from channels.tencent.errors import ApiFailed, ApiUnsure
from channels.tencent.models import SentReminder
from channels.tencent.replies.reminder_config import ReminderConfig
from channels.wechat.reminder_endpoints import build_reminder_router
from channels.wechat.reminders import Reminders
from core.conversation.models import Inbox
from tests.integration.wechat.conftest import INBOX, World
from tests.integration.wechat.test_admin import OneToken

TEMPLATE = "tpl_waiting_000001"
CONTENT = "服务：{{thing1.DATA}}\n时间：{{time2.DATA}}\n内容：{{thing3.DATA}}"
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
FIELDS = {"thing1": "{inbox}", "time2": "{time}", "thing3": "您有{held}条回复，请回公众号查看"}


class Desk:
    def __init__(self, world: World) -> None:
        self.world = world
        self.reminders = Reminders(uows=world.uows, apis=world.apis)

    async def set_up(self, kind: str = "template", **more: Any) -> None:
        given = {"kind": kind, "template_id": TEMPLATE, "fields": FIELDS} | more
        config = ReminderConfig.model_validate(given)
        async with self.world.uows.write() as uow:
            inbox = await uow.session.get_one(Inbox, INBOX)
            inbox.config = {**inbox.config, "reminder": config.model_dump(mode="json")}

    async def remind(self, key: str = "k1") -> bool:
        async with self.world.uows.read() as session:
            account = await self.world.accounts.of_inbox_id(session, INBOX)
        conversation = await self.world.conversation()
        reminder = Reminder(key, conversation.id, "公积金", 2, "小李")
        return await self.reminders.send(account, "oCitizen", reminder)

    async def notices(self) -> list[dict[str, Any]]:
        chat = await self.world.chat()
        return [line for line in chat if "服务：" in line["text"]]

    async def sent_id(self) -> str:
        async with self.world.uows.read() as session:
            query = select(SentReminder.reminder_id).where(SentReminder.external_id == "oCitizen")
            return (await session.scalars(query)).one()

    async def lines(self) -> list[str]:
        """What the agents alone are told."""
        rows = await self.world.thread()
        return [row.content["text"] for row in rows if row.private]


@pytest.fixture
async def desk(world: World) -> AsyncIterator[Desk]:
    await world.connect()
    template = {"template_id": TEMPLATE, "content": CONTENT, "kind": "template"}
    await world.wechat.put("/_control/templates", json=template)
    await world.say("你好")
    yield Desk(world)
    # WeChat's reports come by themselves; nothing of the test may be gone by then.
    await world.wechat._transport.app.state.simulator.settle()  # type: ignore[attr-defined]


async def test_a_template_message_says_that_something_waits_and_not_what(desk: Desk) -> None:
    await desk.set_up(url="https://gjj.example/chat/web")
    assert await desk.remind()
    (notice,) = await desk.notices()
    assert "服务：公积金\n" in notice["text"]
    assert "您有2条回复，请回公众号查看" in notice["text"]


@on_sqlite
async def test_without_settings_there_is_no_way(desk: Desk) -> None:
    assert not await desk.remind()
    assert not await desk.notices()


@on_sqlite
async def test_a_second_copy_is_not_sent_when_the_answer_is_lost(desk: Desk) -> None:
    await desk.set_up()
    path = "/cgi-bin/message/template/send"
    await desk.world.wechat.post("/_control/faults", json={"path": path, "kind": "drop"})
    with pytest.raises(ApiUnsure):
        await desk.remind()
    assert await desk.remind()  # should somebody try nevertheless: the same key
    assert len(await desk.notices()) == 1


@on_sqlite
async def test_what_wechat_refuses_is_no_way_and_a_busy_wechat_is_one_later(desk: Desk) -> None:
    await desk.set_up()
    path = "/cgi-bin/message/template/send"
    for code in (43004, 43101, 40037, 47003):
        await desk.world.wechat.post("/_control/faults", json={"path": path, "errcode": code})
        assert not await desk.remind()
    await desk.world.wechat.post("/_control/faults", json={"path": path, "errcode": -1})
    with pytest.raises(ApiFailed):
        await desk.remind()
    assert await desk.remind()


@on_sqlite
async def test_subscribe_messages_need_consent_each_time(desk: Desk) -> None:
    once = {"template_id": TEMPLATE, "content": CONTENT, "kind": "once"}
    await desk.world.wechat.put("/_control/templates", json=once)
    await desk.set_up("subscribe")
    assert not await desk.remind()  # 43101
    consent = {"openid": "oCitizen", "template_id": TEMPLATE, "answer": "accept"}
    assert (await desk.world.wechat.post("/_citizen/consent", json=consent)).is_success
    assert await desk.remind()
    assert not await desk.remind("k2")
    assert len(await desk.notices()) == 1


async def test_a_message_the_citizen_blocked_is_told_to_the_agents_once(desk: Desk) -> None:
    await desk.set_up()
    await desk.world.wechat.put("/_citizen/block", json={"openid": "oCitizen", "on": True})
    assert await desk.remind()
    await desk.world.settle()
    for _ in range(2):
        # Whether the report came before or after the answer was read, and however often.
        async with desk.world.uows.write() as uow:
            await desk.reminders.ended(uow, INBOX, await desk.sent_id(), "failed:user block")
    assert await desk.lines() == ["微信提醒没有送到市民：市民拒收公众号的通知"]
    # Next time another way is taken.
    assert not await desk.remind("k2")


@on_sqlite
async def test_reports_of_other_systems_notices_say_nothing(desk: Desk) -> None:
    async with desk.world.uows.write() as uow:
        await desk.reminders.ended(uow, INBOX, "4711", "failed:user block")
    assert await desk.lines() == []


@on_sqlite
async def test_administrators_set_it_up_and_try_it_and_nobody_else(desk: Desk) -> None:
    world = desk.world
    router = build_reminder_router(
        uows=world.uows, accounts=world.accounts, reminders=desk.reminders
    )
    world.app.include_router(router, prefix="/api/v1")
    world.app.state.auth = OneToken()
    path = f"/api/v1/wechat/accounts/{INBOX}/reminder"
    reminder = {"kind": "template", "template_id": TEMPLATE, "fields": FIELDS, "url": ""}
    world.product.headers["authorization"] = "Bearer agent"
    assert (await world.product.put(path, json={"reminder": reminder})).status_code == 403
    assert (
        await world.product.post(f"{path}/test", json={"openid": "oCitizen"})
    ).status_code == 403
    world.product.headers["authorization"] = "Bearer admin"
    assert (
        await world.product.post(f"{path}/test", json={"openid": "oCitizen"})
    ).status_code == 404
    wrong = await world.product.put(
        path, json={"reminder": reminder | {"fields": {"phrase1": "x"}}}
    )
    assert wrong.status_code == 422
    assert "phrase1" in wrong.json()["error"]["message"]
    assert (await world.product.put(path, json={"reminder": reminder})).status_code == 200
    assert (await world.product.get(path)).json() == {"reminder": reminder}
    tried = await world.product.post(f"{path}/test", json={"openid": "oCitizen"})
    assert tried.json() == {"ok": True, "errcode": None, "message": ""}
    assert len(await desk.notices()) == 1
    for openid, code in (("oStranger", 40003), ("oCitizen", 47003)):
        if code == 47003:
            fault = {"path": "/cgi-bin/message/template/send", "errcode": code}
            await world.wechat.post("/_control/faults", json=fault)
        tried = await world.product.post(f"{path}/test", json={"openid": openid})
        assert tried.json()["errcode"] == code
        assert tried.json()["message"]
    assert (await world.product.put(path, json={"reminder": None})).json() == {"reminder": None}
    assert not await desk.remind()
