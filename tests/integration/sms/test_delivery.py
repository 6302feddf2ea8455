"""Texts on their way: once, within the hours, through faults, and what is known of them afterwards."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta

import pytest

from core.configs import put_config
from core.outbox.worker import BACKOFF
from core.sms.keeping import TIMER, arm, timer_handlers
from core.sms.models import SmsText
from core.sms.settings import CONFIG_NAME, SmsSettings
from core.sms.templates import CODE
from core.timers.sweeper import TimerSweeper
from tests.integration.sms.conftest import PHONE, World, on_sqlite

ANSWER = "您的留言LY20261123-0001已有答复，请回到留言的页面查看。"
A_CODE = {"code": "048213", "minutes": "5"}


async def test_a_text_is_sent_once_and_its_arrival_is_known(world: World) -> None:
    assert await world.state() is None
    await world.send()
    await world.send()  # the same key
    found = await world.state()
    assert found is not None
    assert (found.state, found.error) == ("waiting", "")
    await world.deliver()
    assert await world.inbox() == [ANSWER]
    found = await world.state()
    assert found is not None
    assert (found.state, found.error) == ("delivered", "")
    [row] = await world.rows()
    assert (row.provider, row.sealed) == ("http", "")
    # None is counted where the report was quicker than we.
    assert row.attempts <= 1
    assert await world.waiting() == []


@on_sqlite
async def test_nothing_is_sent_when_the_transaction_fails(world: World) -> None:
    with pytest.raises(ValueError, match="1234"):
        await world.send(params={"number": "1"}, template="1234")
    await world.deliver()
    assert await world.rows() == []


@on_sqlite
async def test_a_phone_that_is_off_is_reported(world: World) -> None:
    await world.send(phone="13812340000")
    await world.deliver()
    [row] = await world.rows()
    assert (row.state, row.error, row.provider_code) == (
        "undelivered",
        "sms_undelivered",
        "OFFLINE",
    )


@pytest.mark.parametrize("kind", ["down", "page", "signature", "refuse", "refuse_200"])
@on_sqlite
async def test_a_fault_is_tried_again_and_named_meanwhile(world: World, kind: str) -> None:
    await world.fault(kind)
    await world.send()
    await world.deliver()
    found = await world.state()
    assert found is not None
    assert found.state == "waiting"
    assert found.error
    world.clock.advance(timedelta(seconds=BACKOFF[0]))
    await world.deliver()
    assert await world.inbox() == [ANSWER]
    assert (await world.rows())[0].error == ""


@on_sqlite
async def test_an_answer_lost_on_the_way_makes_no_second_text_where_keys_are_compared(
    world: World,
) -> None:
    await world.fault("lost")
    await world.send()
    await world.outbox.work_once()
    world.clock.advance(timedelta(seconds=BACKOFF[0]))
    await world.deliver()
    assert await world.inbox() == [ANSWER]


@on_sqlite
async def test_without_a_provider_a_text_is_a_line_in_the_log_and_never_sent(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    async with world.uows.write() as uow:
        await put_config(uow, CONFIG_NAME, SmsSettings(provider="console"), "test")
    await world.send("code", template=CODE, params=A_CODE)
    await world.deliver()
    assert "sms to 138****1234, template code" in caplog.text
    assert A_CODE["code"] not in caplog.text
    [row] = await world.rows()
    assert (row.state, row.error, row.sealed) == ("failed", "sms_off", "")


@on_sqlite
async def test_what_can_never_be_sent_is_not_tried_again(world: World) -> None:
    await world.fault("refuse", code="number_blocked")
    await world.send()
    await world.deliver()
    [row] = await world.rows()
    assert (row.state, row.error, row.sealed) == ("failed", "sms_number_blocked", "")
    assert await world.waiting() == []


@on_sqlite
async def test_after_a_day_of_faults_a_text_is_given_up(world: World) -> None:
    await world.fault("down", times=1000)
    await world.send()
    begun = world.clock.now()
    while await world.waiting():
        await world.deliver()
        world.clock.advance(timedelta(hours=1))
        # Kept within the hours, which are not what this is about.
        if (await world.waiting()) and world.clock.now() - begun > timedelta(days=6):
            raise AssertionError("still trying")
    [row] = await world.rows()
    assert (row.state, row.error, row.sealed) == ("failed", "sms_provider_fault", "")
    assert row.attempts == len(BACKOFF) + 1


@on_sqlite
async def test_a_code_that_came_too_late_is_not_sent(world: World) -> None:
    await world.fault("down", times=3)
    until = world.clock.now() + timedelta(minutes=5)
    await world.send("code", template=CODE, params=A_CODE, until=until)
    await world.deliver()
    world.clock.advance(timedelta(minutes=5))
    await world.deliver()
    [row] = await world.rows()
    assert (row.state, row.error, row.sealed) == ("failed", "sms_provider_fault", "")
    assert await world.inbox() == []


async def test_at_night_codes_go_out_and_notices_wait_for_the_morning(world: World) -> None:
    world.clock.advance(datetime(2026, 11, 23, 14, 0, tzinfo=UTC) - world.clock.now())  # 22:00
    await world.send("notice")
    await world.send("code", template=CODE, params=A_CODE)
    await world.deliver()
    assert len(await world.inbox()) == 1
    assert "验证码" in (await world.inbox())[0]
    [row] = await world.waiting()
    assert row.next_attempt_at == datetime(2026, 11, 24, 0, 0, tzinfo=UTC)
    assert row.attempts == 0
    world.clock.advance(timedelta(hours=10))
    await world.deliver()
    assert (await world.inbox())[0] == ANSWER


@on_sqlite
async def test_a_text_sealed_with_another_key_is_given_up_and_named(world: World) -> None:
    await world.send()
    async with world.uows.write() as uow:
        row = await uow.session.get(SmsText, (await world.rows())[0].id)
        assert row is not None
        row.sealed = world.sealer.seal("another", {"phone": PHONE, "params": {}})
    await world.deliver()
    [row] = await world.rows()
    assert (row.state, row.error) == ("failed", "sms_unreadable")


async def test_texts_are_forgotten_after_half_a_year(world: World) -> None:
    await world.send("old")
    await world.deliver()
    world.clock.advance(timedelta(days=179))
    await world.send("stuck")
    await arm(world.uows)
    await arm(world.uows)  # a second server
    sweeper = TimerSweeper(world.uows, timer_handlers())
    await sweeper.sweep_once()
    assert [row.key for row in await world.rows()] == ["old", "stuck"]
    world.clock.advance(timedelta(days=8))
    await sweeper.sweep_once()
    [row] = await world.rows()
    assert (row.key, row.state, row.sealed) == ("stuck", "failed", "")
    assert TIMER in timer_handlers()
