"""The health of accounts: noted without writing, written when something changed, told once."""

from __future__ import annotations

from datetime import timedelta

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from channels.tencent.accounts.checks import CheckStep, check
from channels.tencent.accounts.condition import AccountHealth, summary
from channels.tencent.api.client import ApiClient, Tools
from channels.tencent.api.health import Health, rows_of
from channels.tencent.errors import ApiFailed, CipherInvalid, SignatureInvalid
from channels.tencent.models import ApiHealth
from core.clock import FixedClock
from core.events import SUPERVISOR_ROOM, AlertRaised, Event
from core.unit_of_work import UnitOfWorkFactory
from tests.integration.tencent.conftest import WeChat, client_of, code, on_sqlite, tools_of

pytestmark = on_sqlite

SEND = "message/custom/send"
PATH = f"/cgi-bin/{SEND}"


@pytest.fixture
def alerts(uow_factory: UnitOfWorkFactory) -> list[AlertRaised]:
    heard: list[AlertRaised] = []

    async def publish(events: list[Event]) -> None:
        for event in events:
            assert event.audience.agent_rooms == {SUPERVISOR_ROOM}
            assert isinstance(event.payload, AlertRaised)
            heard.append(event.payload)

    uow_factory.publish = publish
    return heard


async def row(uows: UnitOfWorkFactory, area: str) -> ApiHealth | None:
    async with uows.read() as session:
        return {each.area: each for each in await rows_of(session, "wechat/wx")}.get(area)


async def refused(client: ApiClient, wechat: WeChat, number: int) -> None:
    wechat.script = [code(number)]
    await client.call(PATH, {})


async def test_it_says_what_fails_and_since_when(
    tools: Tools, client: ApiClient, wechat: WeChat, uow_factory: UnitOfWorkFactory, clock: FixedClock
) -> None:  # fmt: skip
    began = clock.now()
    await refused(client, wechat, 48001)
    await tools.health.flush()
    clock.advance(timedelta(minutes=5))
    await refused(client, wechat, 48001)
    await tools.health.flush()
    failing = await row(uow_factory, SEND)
    assert failing is not None
    assert (failing.errcode, failing.failing_since, failing.failed_at) == (
        48001,
        began,
        clock.now(),
    )
    clock.advance(timedelta(seconds=1))
    await client.call(PATH, {})
    await tools.health.flush()
    well = await row(uow_factory, SEND)
    assert well is not None
    assert (well.failing_since, well.ok_at) == (None, clock.now())


async def test_supervisors_hear_once_however_many_messages_fail(
    tools: Tools, client: ApiClient, wechat: WeChat, alerts: list[AlertRaised], clock: FixedClock
) -> None:
    for _ in range(5):
        await refused(client, wechat, 48001)
        await tools.health.flush()
        clock.advance(timedelta(seconds=30))
    assert [alert.code for alert in alerts] == ["wechat_account_failing"]
    assert "权限" in alerts[0].message
    assert alerts[0].details == {"channel": "wechat", "inbox_id": "wx", "errcode": 48001}


async def test_another_reason_is_another_alert(
    tools: Tools, client: ApiClient, wechat: WeChat, alerts: list[AlertRaised]
) -> None:
    for number in (48001, 50002, 50002):
        await refused(client, wechat, number)
        await tools.health.flush()
    assert [alert.details["errcode"] for alert in alerts] == [48001, 50002]


async def test_servers_that_disagree_do_not_alert_by_turns(
    tools: Tools, wechat: WeChat, alerts: list[AlertRaised], clock: FixedClock, uow_factory: UnitOfWorkFactory
) -> None:  # fmt: skip
    here, other = client_of(tools), tools_of(wechat, uow_factory)
    for _ in range(4):
        await refused(here, wechat, 48001)
        await tools.health.flush()
        clock.advance(timedelta(minutes=2))
        await client_of(other).call(PATH, {})
        await other.health.flush()
        clock.advance(timedelta(minutes=2))
    assert len(alerts) == 1
    clock.advance(timedelta(minutes=11))
    await client_of(other).call(PATH, {})
    await other.health.flush()
    await refused(here, wechat, 48001)
    await tools.health.flush()
    assert len(alerts) == 2


async def test_a_refusal_of_one_citizen_says_nothing_about_the_account(
    tools: Tools, client: ApiClient, wechat: WeChat, uow_factory: UnitOfWorkFactory, alerts: list[AlertRaised]
) -> None:  # fmt: skip
    for number in (45015, 45047, 43004, 40003):
        await refused(client, wechat, number)
    await tools.health.flush()
    well = await row(uow_factory, SEND)
    assert well is not None
    assert well.failing_since is None
    assert not alerts


async def test_what_may_pass_is_told_only_when_it_lasts(
    tools: Tools, client: ApiClient, wechat: WeChat, alerts: list[AlertRaised], clock: FixedClock
) -> None:
    for minutes in (5, 6, 1):
        wechat.script = [httpx.ConnectError("down")]
        with pytest.raises(ApiFailed):
            await client.call(PATH, {})
        await tools.health.flush()
        assert not alerts or minutes == 1
        clock.advance(timedelta(minutes=minutes))
    assert len(alerts) == 1


async def test_all_well_is_written_every_few_minutes_not_at_every_call(
    tools: Tools, client: ApiClient, uow_factory: UnitOfWorkFactory, clock: FixedClock
) -> None:
    await client.call(PATH, {})
    await tools.health.flush()
    first = clock.now()
    clock.advance(timedelta(minutes=4))
    await client.call(PATH, {})
    await tools.health.flush()
    well = await row(uow_factory, SEND)
    assert well is not None
    assert well.ok_at == first
    clock.advance(timedelta(minutes=2))
    await client.call(PATH, {})
    await tools.health.flush()
    well = await row(uow_factory, SEND)
    assert well is not None
    assert well.ok_at == clock.now()


async def test_the_last_push_and_the_last_refused_one_are_known(
    uow_factory: UnitOfWorkFactory, clock: FixedClock, alerts: list[AlertRaised]
) -> None:
    health = Health(uow_factory)
    with health.push("wechat/wx"):
        pass
    pushed = clock.now()
    clock.advance(timedelta(minutes=1))
    with pytest.raises(SignatureInvalid), health.push("wechat/wx"):
        raise SignatureInvalid()
    await health.flush()
    pushes = await row(uow_factory, "push")
    assert pushes is not None
    assert (pushes.ok_at, pushes.failed_at) == (pushed, clock.now())
    assert pushes.reason == "wechat_signature_invalid"
    assert not alerts  # anybody can send us a wrong signature


async def test_a_push_that_does_not_open_is_no_stranger_s(
    tools: Tools, client: ApiClient, uow_factory: UnitOfWorkFactory, clock: FixedClock
) -> None:
    """A wrong EncodingAESKey: the callback address could be saved, for that request is not sealed."""

    async def health() -> AccountHealth:
        await tools.health.flush()
        async with uow_factory.read() as session:
            return summary("wechat/wx", await rows_of(session, "wechat/wx"))

    async def nothing() -> None:
        pass

    async def push_step() -> CheckStep:
        found = await check(client, nothing, public_url="", now=clock.now, health=health)
        return found.steps[-1]

    with tools.health.push("wechat/wx"):
        pass
    assert (await push_step()).state == "ok"
    clock.advance(timedelta(minutes=1))
    with pytest.raises(CipherInvalid), tools.health.push("wechat/wx"):
        raise CipherInvalid()
    assert "EncodingAESKey" in (await health()).message
    step = await push_step()
    assert (step.state, "冒充" in step.message) == ("failed", False)
    clock.advance(timedelta(minutes=1))
    with tools.health.push("wechat/wx"):
        pass
    assert (await push_step()).state == "ok"
    assert (await health()).since is None


async def test_what_passes_by_itself_is_over_when_another_call_works(
    tools: Tools, client: ApiClient, wechat: WeChat, uow_factory: UnitOfWorkFactory, alerts: list[AlertRaised],
    clock: FixedClock,
) -> None:  # fmt: skip
    for _ in range(2):
        wechat.script = [httpx.ConnectError("down")]
        with pytest.raises(ApiFailed):
            await client.call("/cgi-bin/menu/create", {})
        await tools.health.flush()
        async with uow_factory.read() as session:
            health = summary("wechat/wx", await rows_of(session, "wechat/wx"))
        assert health.message.startswith("推送菜单：")
        clock.advance(timedelta(minutes=6))
        await client.call(PATH, {})
        await tools.health.flush()
        clock.advance(timedelta(minutes=6))
    async with uow_factory.read() as session:
        assert summary("wechat/wx", await rows_of(session, "wechat/wx")).since is None
    assert not alerts


async def test_what_works_without_a_permission_is_no_fault_of_the_account(
    tools: Tools, client: ApiClient, wechat: WeChat, alerts: list[AlertRaised]
) -> None:
    wechat.script = [code(48001)]
    await client.call("/cgi-bin/user/info", query={"openid": "o1"}, expect="openid")
    await tools.health.flush()
    assert not alerts


async def test_what_could_not_be_written_is_written_later(
    tools: Tools, client: ApiClient, wechat: WeChat, uow_factory: UnitOfWorkFactory, clock: FixedClock
) -> None:  # fmt: skip
    await refused(client, wechat, 48001)
    async with uow_factory.write() as uow:
        await uow.session.execute(text("ALTER TABLE api_health RENAME TO away"))
    with pytest.raises(SQLAlchemyError):
        await tools.health.flush()
    async with uow_factory.write() as uow:
        await uow.session.execute(text("ALTER TABLE away RENAME TO api_health"))
    await tools.health.flush()
    failing = await row(uow_factory, SEND)
    assert failing is not None
    assert failing.failing_since == clock.now()
