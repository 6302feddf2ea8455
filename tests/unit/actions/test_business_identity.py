"""The identity check of every business system and its adapter: in this process, and over a socket."""

from __future__ import annotations

import logging
from datetime import timedelta

import pytest

from core.conversation.business_errors import (
    BusinessError,
    CodeExpired,
    CodeWrong,
    IdentityExpired,
    SendTooOften,
    TooManyAttempts,
)
from tests.fund import PEOPLE, FundStand

PHONE = "13800001234"
NOBODY = "999999199001010011"


async def test_the_code_goes_to_the_phone_on_file_and_opens_the_own_account(
    any_fund: FundStand,
) -> None:
    challenge = await any_fund.gateway.start_identity_check("张示例", PEOPLE["张示例"])
    assert challenge.phone_masked == "199****0001"
    assert challenge.expires_at == any_fund.clock.now() + timedelta(minutes=5)
    identity = await any_fund.gateway.confirm_identity_check(
        challenge.id, await any_fund.newest_code()
    )
    assert identity.name_masked == "张**"
    assert (await any_fund.gateway.fund_account(identity.token)).status == "normal"


async def test_an_x_at_the_end_may_be_small(any_fund: FundStand) -> None:
    number = PEOPLE["郑新开"].lower()
    assert number.endswith("x")
    challenge = await any_fund.gateway.start_identity_check("郑新开", number)
    await any_fund.gateway.confirm_identity_check(challenge.id, await any_fund.newest_code())


@pytest.mark.parametrize(
    ("name", "number"),
    [("王五", NOBODY), ("王五", PEOPLE["张示例"]), ("周无机", PEOPLE["周无机"])],
    ids=["unknown", "another_name", "no_phone"],
)
async def test_who_matches_nobody_is_answered_like_somebody(
    any_fund: FundStand, name: str, number: str
) -> None:
    somebody = await any_fund.gateway.start_identity_check("张示例", PEOPLE["张示例"])
    sent = await any_fund.newest_code()
    nobody = await any_fund.gateway.start_identity_check(name, number)
    assert nobody.phone_masked.startswith("199****")
    assert len(nobody.phone_masked) == len(somebody.phone_masked)
    assert len(nobody.id) == len(somebody.id)
    assert nobody.resend_after_seconds == somebody.resend_after_seconds
    assert await any_fund.newest_code() == sent, "a text message went out"
    with pytest.raises(CodeWrong) as wrong:
        await any_fund.gateway.confirm_identity_check(nobody.id, "123456")
    assert wrong.value.attempts_left == 4


async def test_a_made_up_masked_phone_stays_the_same(any_fund: FundStand) -> None:
    first = await any_fund.gateway.start_identity_check("王五", NOBODY)
    any_fund.clock.advance(timedelta(seconds=61))
    assert (
        await any_fund.gateway.start_identity_check("王五", NOBODY)
    ).phone_masked == first.phone_masked


async def test_after_five_wrong_codes_the_number_is_locked_for_a_quarter_of_an_hour(
    any_fund: FundStand,
) -> None:
    challenge = await any_fund.gateway.start_identity_check("张示例", PEOPLE["张示例"])
    right = await any_fund.newest_code()
    wrong_code = f"{(int(right) + 1) % 10**6:06d}"
    left = []
    for _ in range(4):
        with pytest.raises(CodeWrong) as wrong:
            await any_fund.gateway.confirm_identity_check(challenge.id, wrong_code)
        left.append(wrong.value.attempts_left)
    assert left == [4, 3, 2, 1]
    with pytest.raises(TooManyAttempts) as locked:
        await any_fund.gateway.confirm_identity_check(challenge.id, wrong_code)
    assert locked.value.retry_after_seconds == 15 * 60
    assert "15 分钟" in locked.value.message
    # Neither the right code nor a new check helps before the time is over.
    with pytest.raises(CodeExpired):
        await any_fund.gateway.confirm_identity_check(challenge.id, right)
    with pytest.raises(TooManyAttempts):
        await any_fund.gateway.start_identity_check("张示例", PEOPLE["张示例"])
    any_fund.clock.advance(timedelta(minutes=15))
    await any_fund.identify("张示例")


async def test_who_knows_only_the_number_cannot_lock_its_owner_out(any_fund: FundStand) -> None:
    challenge = await any_fund.gateway.start_identity_check("王五", PEOPLE["张示例"])
    for _ in range(4):
        with pytest.raises(CodeWrong):
            await any_fund.gateway.confirm_identity_check(challenge.id, "000000")
    with pytest.raises(TooManyAttempts):
        await any_fund.gateway.confirm_identity_check(challenge.id, "000000")
    await any_fund.identify("张示例")


async def test_wrong_codes_are_counted_over_several_checks(any_fund: FundStand) -> None:
    for left in (4, 3, 2, 1):
        challenge = await any_fund.gateway.start_identity_check("王五", NOBODY)
        with pytest.raises(CodeWrong) as wrong:
            await any_fund.gateway.confirm_identity_check(challenge.id, "000000")
        assert wrong.value.attempts_left == left
        any_fund.clock.advance(timedelta(seconds=61))


async def test_a_code_lives_five_minutes(any_fund: FundStand) -> None:
    challenge = await any_fund.gateway.start_identity_check("张示例", PEOPLE["张示例"])
    any_fund.clock.advance(timedelta(minutes=5))
    with pytest.raises(CodeExpired):
        await any_fund.gateway.confirm_identity_check(challenge.id, await any_fund.newest_code())


async def test_a_code_is_used_once(any_fund: FundStand) -> None:
    challenge = await any_fund.gateway.start_identity_check("张示例", PEOPLE["张示例"])
    code = await any_fund.newest_code()
    await any_fund.gateway.confirm_identity_check(challenge.id, code)
    with pytest.raises(CodeExpired):
        await any_fund.gateway.confirm_identity_check(challenge.id, code)


async def test_a_new_code_voids_the_old_one(any_fund: FundStand) -> None:
    challenge = await any_fund.gateway.start_identity_check("张示例", PEOPLE["张示例"])
    old = await any_fund.newest_code()
    any_fund.clock.advance(timedelta(seconds=60))
    again = await any_fund.gateway.resend_identity_code(challenge.id)
    new = await any_fund.newest_code()
    if old != new:
        with pytest.raises(CodeWrong):
            await any_fund.gateway.confirm_identity_check(again.id, old)
    await any_fund.gateway.confirm_identity_check(again.id, new)


@pytest.mark.parametrize(("name", "number"), [("张示例", PEOPLE["张示例"]), ("王五", NOBODY)])
async def test_codes_are_a_minute_apart_and_five_a_day_whoever_asks(
    any_fund: FundStand, name: str, number: str
) -> None:
    challenge = await any_fund.gateway.start_identity_check(name, number)
    with pytest.raises(SendTooOften) as soon:
        await any_fund.gateway.resend_identity_code(challenge.id)
    assert soon.value.retry_after_seconds == 60
    for _ in range(4):
        any_fund.clock.advance(timedelta(seconds=60))
        await any_fund.gateway.resend_identity_code(challenge.id)
    any_fund.clock.advance(timedelta(seconds=60))
    with pytest.raises(SendTooOften) as spent:
        await any_fund.gateway.start_identity_check(name, number)
    assert spent.value.retry_after_seconds == 24 * 3600 - 5 * 60
    assert "24 小时" in spent.value.message


async def test_a_token_ends_after_half_an_hour_or_when_told_to(any_fund: FundStand) -> None:
    first = await any_fund.identify("张示例")
    await any_fund.gateway.end_identity(first.token)
    await any_fund.gateway.end_identity(first.token)
    second = await any_fund.identify("李样本")
    any_fund.clock.advance(timedelta(minutes=30))
    for token in (first.token, second.token, "never-given-out-token", "no\r\nheader", ""):
        with pytest.raises(IdentityExpired):
            await any_fund.gateway.fund_account(token)


async def test_no_repr_and_no_log_line_holds_personal_data(
    any_fund: FundStand, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    challenge = await any_fund.gateway.start_identity_check("张示例", PEOPLE["张示例"])
    with pytest.raises(BusinessError) as refused:
        await any_fund.gateway.confirm_identity_check(challenge.id, "abc")
    identity = await any_fund.gateway.confirm_identity_check(
        challenge.id, await any_fund.newest_code()
    )
    account = await any_fund.gateway.fund_account(identity.token)
    [day, *_] = await any_fund.gateway.open_days("H001", "公积金")
    [slot, *_] = await any_fund.gateway.open_slots("H001", "公积金", day.day)
    booked = await any_fund.gateway.book(slot.id, "张三", PHONE, "公积金", "key-1")
    await any_fund.order(
        "nonsense", body='{"balance": "186108.14", "base": -3}', path="fund-account"
    )
    with pytest.raises(Exception, match="业务系统") as failed:
        await any_fund.gateway.fund_account(identity.token)
    written = [repr(v) for v in (challenge, identity, account, booked, refused, failed)]
    written += [record.getMessage() for record in caplog.records]
    secrets = [
        "张示例", PEOPLE["张示例"], "张三", PHONE, identity.token, challenge.id, str(account.balance),
        "186108.14", await any_fund.newest_code(),
    ]  # fmt: skip
    found = [(secret, text) for secret in secrets for text in written if secret in text]
    assert found == []
