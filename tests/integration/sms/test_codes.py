"""Codes that prove a phone: sent within limits that several servers share, spent once, hard to guess."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from sqlalchemy import text as sql

from core.configs import put_config
from core.database import Database
from core.sms.codes import (
    CodeExpired,
    CodeSent,
    CodeWrong,
    PhoneCodes,
    TooManyCodes,
    TooManyTries,
)
from core.sms.keeping import arm, timer_handlers
from core.sms.phones import PhoneInvalid
from core.sms.ports import SmsOff
from core.sms.settings import CONFIG_NAME, SmsCodeLimits, SmsSettings
from core.timers.sweeper import TimerSweeper
from core.unit_of_work import UnitOfWorkFactory
from tests.integration.sms.conftest import PHONE, World, on_sqlite

FOR = "left_message"
ADDRESS = "203.0.113.7"


async def sent(world: World, phone: str = PHONE, *, address: str = ADDRESS) -> str:
    """A code on the phone."""
    await world.codes.send(phone, FOR, address=address)
    await world.deliver()
    return await world.newest_code(phone)


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06d}"


async def limit(world: World, **limits: int) -> None:
    async with world.uows.write() as uow:
        await put_config(uow, CONFIG_NAME, SmsSettings(codes=SmsCodeLimits(**limits)), "test")


@pytest.fixture
async def second(world: World, database_url: str) -> AsyncIterator[PhoneCodes]:
    """The same on another server."""
    database = Database(database_url)
    uows = UnitOfWorkFactory(database, world.clock)
    yield PhoneCodes(uows=uows, sms=world.sms, sealer=world.sealer)
    await database.close()


async def test_the_right_code_is_a_proof_that_is_spent_once(world: World) -> None:
    assert await world.codes.send("+86 138 1234 1234", FOR, address=ADDRESS) == CodeSent(60, 300)
    await world.deliver()
    code = await world.newest_code()
    proof = await world.codes.check(PHONE, FOR, f" {code} ")
    assert proof.phone == PHONE
    async with world.uows.write() as uow:
        await world.codes.spend(uow, proof)
    with pytest.raises(CodeExpired):
        async with world.uows.write() as uow:
            await world.codes.spend(uow, proof)
    with pytest.raises(CodeExpired):
        await world.codes.check(PHONE, FOR, code)


@on_sqlite
async def test_a_code_is_understood_as_elderly_people_type_it(world: World) -> None:
    code = await sent(world)
    wide = "".join(chr(ord(digit) + 0xFEE0) for digit in code)
    for typed in (wide, f"{code[:3]} {code[3:]}", f"{code[:3]}-{code[3:]}\n", code):
        assert (await world.codes.check(PHONE, FOR, typed)).phone == PHONE


@on_sqlite
async def test_what_is_no_code_is_no_try(world: World) -> None:
    code = await sent(world)
    for typed in ("", "12345", "1234567", "abcdef", "验证码123456", "9" * 10_000, "²³¹¹¹¹¹"):
        with pytest.raises(CodeWrong, match="6 位数字"):
            await world.codes.check(PHONE, FOR, typed)
    await world.codes.check(PHONE, FOR, code)


@on_sqlite
async def test_where_nobody_sends_it_is_said_at_once(world: World) -> None:
    codes = PhoneCodes(
        uows=world.uows, sms=world.sms, sealer=world.sealer,
        reaches_people=world.senders.reaches_people,
    )  # fmt: skip
    await codes.send(PHONE, FOR, address=ADDRESS)
    async with world.uows.write() as uow:
        await put_config(uow, CONFIG_NAME, SmsSettings(provider="console"), "test")
    with pytest.raises(SmsOff):
        await codes.send("13912341234", FOR, address=ADDRESS)


@on_sqlite
async def test_a_code_survives_a_deed_that_failed(world: World) -> None:
    code = await sent(world)
    proof = await world.codes.check(PHONE, FOR, code)
    with contextlib.suppress(RuntimeError):
        async with world.uows.write() as uow:
            await world.codes.spend(uow, proof)
            raise RuntimeError
    again = await world.codes.check(PHONE, FOR, code)
    async with world.uows.write() as uow:
        await world.codes.spend(uow, again)


@on_sqlite
async def test_a_code_is_good_for_its_phone_and_purpose_only(world: World) -> None:
    code = await sent(world)
    for phone, purpose in ((PHONE, "something_else"), ("13912341234", FOR)):
        with pytest.raises(CodeExpired):
            await world.codes.check(phone, purpose, code)
    with pytest.raises(PhoneInvalid):
        await world.codes.check("138", FOR, code)


@on_sqlite
async def test_a_code_dies_of_age_and_of_its_successor(world: World) -> None:
    first = await sent(world)
    world.clock.advance(timedelta(seconds=61))
    second = await sent(world)
    if first != second:
        with pytest.raises(CodeWrong):
            await world.codes.check(PHONE, FOR, first)
    world.clock.advance(timedelta(minutes=5))
    with pytest.raises(CodeExpired):
        await world.codes.check(PHONE, FOR, second)


async def test_after_five_wrong_tries_the_right_code_is_of_no_use(world: World) -> None:
    code = await sent(world)
    for left in (4, 3, 2, 1, 0):
        with pytest.raises(CodeWrong) as refused:
            await world.codes.check(PHONE, FOR, wrong(code))
        assert refused.value.details == {"field": "code", "tries_left": left}
    with pytest.raises(TooManyTries):
        await world.codes.check(PHONE, FOR, code)


async def test_fifty_guesses_at_once_on_two_servers_are_five(
    world: World, second: PhoneCodes
) -> None:
    code = await sent(world)
    guesses = [f"{(int(code) + i) % 10**6:06d}" for i in range(1, 51)]
    servers = (world.codes, second)
    answers = await asyncio.gather(
        *(servers[i % 2].check(PHONE, FOR, guess) for i, guess in enumerate(guesses)),
        return_exceptions=True,
    )
    kinds = [type(answer) for answer in answers]
    assert kinds.count(CodeWrong) == 5
    assert kinds.count(TooManyTries) == 45


async def test_a_code_checked_at_once_by_many_is_spent_by_one(
    world: World, second: PhoneCodes
) -> None:
    code = await sent(world)

    async def whole(codes: PhoneCodes) -> None:
        proof = await codes.check(PHONE, FOR, code)
        async with world.uows.write() as uow:
            await codes.spend(uow, proof)

    answers = await asyncio.gather(
        *(whole(each) for each in (world.codes, second) * 2), return_exceptions=True
    )
    assert [answer for answer in answers if answer is None] == [None]
    assert all(isinstance(answer, CodeExpired) for answer in answers if answer is not None)


@on_sqlite
async def test_one_code_a_minute_five_an_hour_ten_a_day(world: World) -> None:
    await world.codes.send(PHONE, FOR, address=ADDRESS)
    with pytest.raises(TooManyCodes) as refused:
        await world.codes.send(PHONE, FOR, address=ADDRESS)
    assert 59 <= refused.value.details["retry_after"] <= 61
    minutes = 0
    when = [0]
    while len(when) < 10:
        minutes += 1
        world.clock.advance(timedelta(minutes=1, seconds=1))
        try:
            await world.codes.send(PHONE, FOR, address=ADDRESS)
        except TooManyCodes:
            continue
        when.append(minutes)
    assert when == [0, 1, 2, 3, 4, 60, 61, 62, 63, 64]
    world.clock.advance(timedelta(hours=2))
    with pytest.raises(TooManyCodes) as refused:
        await world.codes.send(PHONE, "another_purpose", address="198.51.100.1")
    assert refused.value.details["retry_after"] > 20 * 3600
    await world.codes.send("13912341234", FOR, address=ADDRESS)


@pytest.mark.parametrize(
    ("mine", "same"),
    [
        ("203.0.113.7", "203.0.113.7"), ("203.0.113.7", "::ffff:203.0.113.7"), ("2001:db8::1", "2001:db8::ffff"),
        ("", "testclient"),
    ],
)  # fmt: skip
@on_sqlite
async def test_an_address_has_its_own_limit(world: World, mine: str, same: str) -> None:
    await limit(world, address_per_hour=2)
    for number in (1, 2):
        await world.codes.send(f"1381234000{number}", FOR, address=mine)
    with pytest.raises(TooManyCodes):
        await world.codes.send("13812340003", FOR, address=same)
    await world.codes.send("13812340003", FOR, address="203.0.113.8")


async def test_a_day_has_a_limit_whoever_asks_and_a_new_day_begins_in_china(world: World) -> None:
    await limit(world, all_per_day=2)
    for number in (1, 2):
        await world.codes.send(f"1381234000{number}", FOR, address=f"203.0.113.{number}")
    with pytest.raises(TooManyCodes, match="今天"):
        await world.codes.send("13812340003", FOR, address="203.0.113.3")
    world.clock.advance(timedelta(hours=14))  # midnight in China
    await world.codes.send("13812340003", FOR, address="203.0.113.3")


async def test_fifty_people_at_once_on_two_servers_stay_within_the_limit(
    world: World, second: PhoneCodes
) -> None:
    await limit(world, address_per_hour=7)
    servers = (world.codes, second)
    answers = await asyncio.gather(
        *(servers[i % 2].send(f"138123400{i:02d}", FOR, address=ADDRESS) for i in range(50)),
        return_exceptions=True,
    )
    kinds = [type(answer) for answer in answers]
    assert kinds.count(CodeSent) == 7
    assert kinds.count(TooManyCodes) == 43


async def test_a_code_is_nowhere_to_be_read(world: World, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    await world.fault("down")
    await world.codes.send(PHONE, FOR, address=ADDRESS)
    await world.outbox.work_once()
    before = await _everything(world)
    world.clock.advance(timedelta(seconds=2))
    await world.deliver()
    code = await world.newest_code()
    with pytest.raises(CodeWrong):
        await world.codes.check(PHONE, FOR, wrong(code))
    for stored in (before, await _everything(world), caplog.text):
        assert code not in stored
        assert PHONE not in stored


async def _everything(world: World) -> str:
    async with world.uows.read() as session:
        found = []
        for table in ("sms_texts", "phone_codes", "outbox", "audit", "sms_days"):
            found += [str(row) for row in await session.execute(sql(f"SELECT * FROM {table}"))]
    assert found
    return "\n".join(found)


async def test_codes_of_the_day_before_yesterday_are_gone_whether_or_not_there_are_new_ones(
    world: World,
) -> None:
    await world.codes.send(PHONE, FOR, address=ADDRESS)
    await arm(world.uows)
    sweeper = TimerSweeper(world.uows, timer_handlers())
    for left in (1, 0):
        world.clock.advance(timedelta(days=1, minutes=1))
        await sweeper.sweep_once()
        async with world.uows.read() as session:
            assert await session.scalar(sql("SELECT count(*) FROM phone_codes")) == left
