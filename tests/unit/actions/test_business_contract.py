"""What every business system and its adapter must do: in this process, and over a socket."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Iterator
from datetime import date, timedelta

import pytest

from core.conversation.business import Appointment, OpenDay
from core.conversation.business_errors import (
    AccountNotFound,
    AlreadyBooked,
    AppointmentNotFound,
    BusinessError,
    CodeExpired,
    CodeWrong,
    HallNotFound,
    IdentityExpired,
    RequestRefused,
    SendTooOften,
    SlotTaken,
    TooLate,
    TooManyAttempts,
)
from tests.fund import PEOPLE, FundStand, Port, fund_stand

PHONE = "13800001234"
NOBODY = "999999199001010011"


@pytest.fixture(scope="module")
def port() -> Iterator[Port]:
    with Port().served() as served:
        yield served


@pytest.fixture(params=["in_process", "over_http"])
async def fund(request: pytest.FixtureRequest, port: Port) -> AsyncIterator[FundStand]:
    async with fund_stand(port=port if request.param == "over_http" else None) as stand:
        yield stand


# ---- halls -----------------------------------------------------------------------------------------------------


async def test_halls_say_what_is_done_there_and_where_they_are(fund: FundStand) -> None:
    halls = await fund.gateway.service_halls("example")
    assert len({hall.id for hall in halls}) == len(halls) == 12
    assert {business for hall in halls for business in hall.businesses} == {"公积金", "社保"}
    assert all(hall.longitude and hall.latitude for hall in halls)


async def test_a_region_that_is_not_served_has_no_halls(fund: FundStand) -> None:
    assert await fund.gateway.service_halls("别处") == []


# ---- identity check --------------------------------------------------------------------------------------------


async def test_the_code_goes_to_the_phone_on_file_and_opens_the_own_account(
    fund: FundStand,
) -> None:
    challenge = await fund.gateway.start_identity_check("张示例", PEOPLE["张示例"])
    assert challenge.phone_masked == "199****0001"
    assert challenge.expires_at == fund.clock.now() + timedelta(minutes=5)
    identity = await fund.gateway.confirm_identity_check(challenge.id, await fund.newest_code())
    assert identity.name_masked == "张**"
    assert (await fund.gateway.fund_account(identity.token)).status == "normal"


async def test_an_x_at_the_end_may_be_small(fund: FundStand) -> None:
    number = PEOPLE["郑新开"].lower()
    assert number.endswith("x")
    challenge = await fund.gateway.start_identity_check("郑新开", number)
    await fund.gateway.confirm_identity_check(challenge.id, await fund.newest_code())


@pytest.mark.parametrize(
    ("name", "number"),
    [("王五", NOBODY), ("王五", PEOPLE["张示例"]), ("周无机", PEOPLE["周无机"])],
    ids=["unknown", "another_name", "no_phone"],
)
async def test_who_matches_nobody_is_answered_like_somebody(
    fund: FundStand, name: str, number: str
) -> None:
    somebody = await fund.gateway.start_identity_check("张示例", PEOPLE["张示例"])
    sent = await fund.newest_code()
    # Another name for a number that was just asked for meets the same limit as the right one.
    fund.clock.advance(timedelta(seconds=61))
    nobody = await fund.gateway.start_identity_check(name, number)
    assert nobody.phone_masked.startswith("199****")
    assert len(nobody.phone_masked) == len(somebody.phone_masked)
    assert len(nobody.id) == len(somebody.id)
    assert nobody.resend_after_seconds == somebody.resend_after_seconds
    assert await fund.newest_code() == sent, "a text message went out"
    with pytest.raises(CodeWrong) as wrong:
        await fund.gateway.confirm_identity_check(nobody.id, "123456")
    assert wrong.value.attempts_left == 4


async def test_a_made_up_masked_phone_stays_the_same(fund: FundStand) -> None:
    first = await fund.gateway.start_identity_check("王五", NOBODY)
    fund.clock.advance(timedelta(seconds=61))
    assert (
        await fund.gateway.start_identity_check("王五", NOBODY)
    ).phone_masked == first.phone_masked


async def test_after_five_wrong_codes_the_number_is_locked_for_a_quarter_of_an_hour(
    fund: FundStand,
) -> None:
    challenge = await fund.gateway.start_identity_check("张示例", PEOPLE["张示例"])
    right = await fund.newest_code()
    wrong_code = f"{(int(right) + 1) % 10**6:06d}"
    left = []
    for _ in range(4):
        with pytest.raises(CodeWrong) as wrong:
            await fund.gateway.confirm_identity_check(challenge.id, wrong_code)
        left.append(wrong.value.attempts_left)
    assert left == [4, 3, 2, 1]
    with pytest.raises(TooManyAttempts) as locked:
        await fund.gateway.confirm_identity_check(challenge.id, wrong_code)
    assert locked.value.retry_after_seconds == 15 * 60
    assert "15 分钟" in locked.value.message
    # Neither the right code nor a new check helps before the time is over.
    with pytest.raises(CodeExpired):
        await fund.gateway.confirm_identity_check(challenge.id, right)
    with pytest.raises(TooManyAttempts):
        await fund.gateway.start_identity_check("张示例", PEOPLE["张示例"])
    fund.clock.advance(timedelta(minutes=15))
    await fund.identify("张示例")


async def test_wrong_codes_are_counted_over_several_checks(fund: FundStand) -> None:
    for left in (4, 3, 2, 1):
        challenge = await fund.gateway.start_identity_check("王五", NOBODY)
        with pytest.raises(CodeWrong) as wrong:
            await fund.gateway.confirm_identity_check(challenge.id, "000000")
        assert wrong.value.attempts_left == left
        fund.clock.advance(timedelta(seconds=61))


async def test_a_code_lives_five_minutes(fund: FundStand) -> None:
    challenge = await fund.gateway.start_identity_check("张示例", PEOPLE["张示例"])
    fund.clock.advance(timedelta(minutes=5))
    with pytest.raises(CodeExpired):
        await fund.gateway.confirm_identity_check(challenge.id, await fund.newest_code())


async def test_a_code_is_used_once(fund: FundStand) -> None:
    challenge = await fund.gateway.start_identity_check("张示例", PEOPLE["张示例"])
    code = await fund.newest_code()
    await fund.gateway.confirm_identity_check(challenge.id, code)
    with pytest.raises(CodeExpired):
        await fund.gateway.confirm_identity_check(challenge.id, code)


async def test_a_new_code_voids_the_old_one(fund: FundStand) -> None:
    challenge = await fund.gateway.start_identity_check("张示例", PEOPLE["张示例"])
    old = await fund.newest_code()
    fund.clock.advance(timedelta(seconds=60))
    again = await fund.gateway.resend_identity_code(challenge.id)
    new = await fund.newest_code()
    if old != new:
        with pytest.raises(CodeWrong):
            await fund.gateway.confirm_identity_check(again.id, old)
    await fund.gateway.confirm_identity_check(again.id, new)


@pytest.mark.parametrize(("name", "number"), [("张示例", PEOPLE["张示例"]), ("王五", NOBODY)])
async def test_codes_are_a_minute_apart_and_five_a_day_whoever_asks(
    fund: FundStand, name: str, number: str
) -> None:
    challenge = await fund.gateway.start_identity_check(name, number)
    with pytest.raises(SendTooOften) as soon:
        await fund.gateway.resend_identity_code(challenge.id)
    assert soon.value.retry_after_seconds == 60
    for _ in range(4):
        fund.clock.advance(timedelta(seconds=60))
        await fund.gateway.resend_identity_code(challenge.id)
    fund.clock.advance(timedelta(seconds=60))
    with pytest.raises(SendTooOften) as spent:
        await fund.gateway.start_identity_check(name, number)
    assert spent.value.retry_after_seconds == 24 * 3600 - 5 * 60
    assert "24 小时" in spent.value.message


async def test_a_token_ends_after_half_an_hour_or_when_told_to(fund: FundStand) -> None:
    first = await fund.identify("张示例")
    await fund.gateway.end_identity(first.token)
    await fund.gateway.end_identity(first.token)
    second = await fund.identify("李样本")
    fund.clock.advance(timedelta(minutes=30))
    for token in (first.token, second.token, "never-given-out-token", "no\r\nheader", ""):
        with pytest.raises(IdentityExpired):
            await fund.gateway.fund_account(token)


# ---- a person's data -------------------------------------------------------------------------------------------


async def test_a_token_opens_the_data_of_its_own_person_only(fund: FundStand) -> None:
    zhao, wang = await fund.identify("赵模拟"), await fund.identify("王演示")
    [paid] = await fund.gateway.loan_applications(zhao.token)
    [lacking] = await fund.gateway.loan_applications(wang.token)
    assert (paid.status, lacking.status) == ("paid", "needs_documents")
    assert all(step.done_on for step in paid.steps)
    assert lacking.missing == ("近 6 个月银行流水", "首付款发票")
    assert lacking.current_step == "征信与额度复核"


async def test_records_add_up_and_pages_join(fund: FundStand) -> None:
    identity = await fund.identify("李样本")
    account = await fund.gateway.fund_account(identity.token)
    first, last = account.opened_on.replace(day=1), date(2026, 11, 1)
    whole, after = [], None
    while True:
        page = await fund.gateway.deposit_records(identity.token, first, last, after=after, limit=7)
        whole += page.records
        after = page.next
        if after is None:
            break
    assert len(whole) == len({record.id for record in whole}) > 28
    assert sum(record.amount for record in whole) == whole[0].balance == account.balance
    months = {record.month for record in whole if record.kind in ("deposit", "supplement")}
    assert date(2026, 5, 1) not in months
    assert date(2025, 11, 1) in months
    assert account.paid_until == max(months) == last
    few = await fund.gateway.deposit_records(identity.token, date(2026, 3, 1), date(2026, 4, 1))
    assert {record.month for record in few.records} == {date(2026, 3, 1), date(2026, 4, 1)}


async def test_a_key_nobody_gave_out_is_refused(fund: FundStand) -> None:
    token = (await fund.identify("张示例")).token
    with pytest.raises(RequestRefused):
        await fund.gateway.deposit_records(token, date(2026, 1, 1), date(2026, 2, 1), after="zzz")


async def test_withdrawals_say_why_they_were_rejected(fund: FundStand) -> None:
    token = (await fund.identify("刘虚构")).token
    [rejected] = await fund.gateway.withdrawal_applications(token)
    assert rejected.status == "rejected"
    assert rejected.reason is not None
    assert await fund.gateway.loan_applications(token) == []


async def test_who_has_no_account_learns_it_after_the_check(fund: FundStand) -> None:
    token = (await fund.identify("吴灵活")).token
    with pytest.raises(AccountNotFound):
        await fund.gateway.fund_account(token)
    insurance = await fund.gateway.social_insurance(token)
    pension, unemployment = insurance.of("pension"), insurance.of("unemployment")
    assert pension is not None
    assert (pension.months, pension.paying) == (54, True)
    assert unemployment is not None
    assert unemployment.months == 0


# ---- appointments ----------------------------------------------------------------------------------------------


async def first_slot(fund: FundStand) -> tuple[str, date]:
    days = await fund.gateway.open_days("H001", "公积金")
    slots = await fund.gateway.open_slots("H001", "公积金", days[0].day)
    return slots[0].id, days[0].day


async def book(fund: FundStand, slot: str, key: str = "key-1", phone: str = PHONE) -> Appointment:
    return await fund.gateway.book(slot, "张三", phone, "公积金", key)


async def test_days_are_the_next_ten_workdays_and_count_their_slots(fund: FundStand) -> None:
    days = await fund.gateway.open_days("H001", "公积金")
    assert len(days) == 10
    assert days[0].day == date(2026, 11, 24)
    assert all(day.day.weekday() < 5 for day in days)
    slots = await fund.gateway.open_slots("H001", "公积金", days[0].day)
    assert OpenDay(days[0].day, sum(slot.free for slot in slots)) == days[0]


async def test_a_business_the_hall_does_not_do_has_no_days(fund: FundStand) -> None:
    assert await fund.gateway.open_days("H001", "社保") == []
    with pytest.raises(HallNotFound):
        await fund.gateway.open_slots("H999", "公积金", date(2026, 11, 24))


async def test_an_appointment_is_booked_found_and_cancelled(fund: FundStand) -> None:
    slot, day = await first_slot(fund)
    before = await fund.gateway.open_days("H001", "公积金")
    booked = await book(fund, slot)
    assert (booked.status, booked.name_masked, booked.phone_masked) == (
        "booked", "张*", "138****1234",
    )  # fmt: skip
    assert booked.start.date() == day
    assert (await fund.gateway.open_days("H001", "公积金"))[0].free == before[0].free - 1
    assert await fund.gateway.appointment(booked.number.lower(), PHONE) == booked
    assert (await fund.gateway.cancel(booked.number, PHONE)).status == "cancelled"
    assert (await fund.gateway.cancel(booked.number, PHONE)).status == "cancelled"
    assert await fund.gateway.open_days("H001", "公积金") == before


async def test_the_same_key_books_once(fund: FundStand) -> None:
    slot, _ = await first_slot(fund)
    assert (await book(fund, slot)).number == (await book(fund, slot)).number
    with pytest.raises(RequestRefused):
        await book(fund, slot, phone="13900001234")


async def test_a_phone_has_one_open_appointment_for_a_business(fund: FundStand) -> None:
    slot, _ = await first_slot(fund)
    booked = await book(fund, slot)
    with pytest.raises(AlreadyBooked):
        await book(fund, slot, "key-2")
    await fund.gateway.cancel(booked.number, PHONE)
    await book(fund, slot, "key-3")


async def test_the_last_place_is_given_away_once(fund: FundStand) -> None:
    days = await fund.gateway.open_days("H001", "公积金")
    slots = [s for d in days for s in await fund.gateway.open_slots("H001", "公积金", d.day)]
    last = next(slot for slot in slots if slot.free == 1)
    await book(fund, last.id, "key-1", "13800000001")
    with pytest.raises(SlotTaken):
        await book(fund, last.id, "key-2", "13800000002")


@pytest.mark.parametrize("slot", ["H001.0.20200101.0900", "H001.0.20261124.0901", "H001.9.x", "?"])
async def test_a_slot_that_never_was_cannot_be_booked(fund: FundStand, slot: str) -> None:
    with pytest.raises(RequestRefused if slot == "?" else SlotTaken):
        await book(fund, slot)


async def test_number_and_phone_must_belong_together(fund: FundStand) -> None:
    slot, _ = await first_slot(fund)
    booked = await book(fund, slot)
    for number, phone in ((booked.number, "13900001234"), ("YY1124AAAAAA", PHONE)):
        with pytest.raises(AppointmentNotFound):
            await fund.gateway.appointment(number, phone)
        with pytest.raises(AppointmentNotFound):
            await fund.gateway.cancel(number, phone)


async def test_what_has_begun_cannot_be_cancelled(fund: FundStand) -> None:
    slot, _ = await first_slot(fund)
    booked = await book(fund, slot)
    fund.clock.advance(booked.start - fund.clock.now())
    with pytest.raises(TooLate):
        await fund.gateway.cancel(booked.number, PHONE)


# ---- what may be written down ----------------------------------------------------------------------------------


async def test_no_repr_and_no_log_line_holds_personal_data(
    fund: FundStand, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    challenge = await fund.gateway.start_identity_check("张示例", PEOPLE["张示例"])
    with pytest.raises(BusinessError) as refused:
        await fund.gateway.confirm_identity_check(challenge.id, "abc")
    identity = await fund.gateway.confirm_identity_check(challenge.id, await fund.newest_code())
    account = await fund.gateway.fund_account(identity.token)
    slot, _ = await first_slot(fund)
    booked = await book(fund, slot)
    await fund.order("nonsense", body='{"balance": "186108.14", "base": -3}', path="fund-account")
    with pytest.raises(Exception, match="业务系统") as failed:
        await fund.gateway.fund_account(identity.token)
    written = [repr(v) for v in (challenge, identity, account, booked, refused, failed)]
    written += [record.getMessage() for record in caplog.records]
    secrets = [
        "张示例", PEOPLE["张示例"], "张三", PHONE, identity.token, challenge.id, str(account.balance),
        "186108.14", await fund.newest_code(),
    ]  # fmt: skip
    found = [(secret, text) for secret in secrets for text in written if secret in text]
    assert found == []
