"""Halls, a person's data and appointments, from every business system: in this process, and over a socket."""

from __future__ import annotations

from datetime import date

import pytest

from core.conversation.business import Appointment, OpenDay
from core.conversation.business_errors import (
    AccountNotFound,
    AlreadyBooked,
    AppointmentNotFound,
    HallNotFound,
    RequestRefused,
    SlotTaken,
    TooLate,
)
from tests.fund import FundStand

PHONE = "13800001234"


# ---- halls -----------------------------------------------------------------------------------------------------


async def test_halls_say_what_is_done_there_and_where_they_are(any_fund: FundStand) -> None:
    halls = await any_fund.gateway.service_halls("example")
    assert len({hall.id for hall in halls}) == len(halls) == 12
    assert {business for hall in halls for business in hall.businesses} == {"公积金", "社保"}
    assert all(hall.longitude and hall.latitude for hall in halls)


async def test_a_region_that_is_not_served_has_no_halls(any_fund: FundStand) -> None:
    assert await any_fund.gateway.service_halls("别处") == []


# ---- a person's data -------------------------------------------------------------------------------------------


async def test_a_token_opens_the_data_of_its_own_person_only(any_fund: FundStand) -> None:
    zhao, wang = await any_fund.identify("赵模拟"), await any_fund.identify("王演示")
    [paid] = await any_fund.gateway.loan_applications(zhao.token)
    [lacking] = await any_fund.gateway.loan_applications(wang.token)
    assert (paid.status, lacking.status) == ("paid", "needs_documents")
    assert all(step.done_on for step in paid.steps)
    assert lacking.missing == ("近 6 个月银行流水", "首付款发票")
    assert lacking.current_step == "征信与额度复核"


async def test_records_add_up_and_pages_join(any_fund: FundStand) -> None:
    identity = await any_fund.identify("李样本")
    account = await any_fund.gateway.fund_account(identity.token)
    first, last = account.opened_on.replace(day=1), date(2026, 11, 1)
    whole, after = [], None
    while True:
        page = await any_fund.gateway.deposit_records(
            identity.token, first, last, after=after, limit=7
        )
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
    few = await any_fund.gateway.deposit_records(identity.token, date(2026, 3, 1), date(2026, 4, 1))
    assert {record.month for record in few.records} == {date(2026, 3, 1), date(2026, 4, 1)}


async def test_a_key_nobody_gave_out_is_refused(any_fund: FundStand) -> None:
    token = (await any_fund.identify("张示例")).token
    with pytest.raises(RequestRefused):
        await any_fund.gateway.deposit_records(
            token, date(2026, 1, 1), date(2026, 2, 1), after="zzz"
        )


async def test_withdrawals_say_why_they_were_rejected(any_fund: FundStand) -> None:
    token = (await any_fund.identify("刘虚构")).token
    [rejected] = await any_fund.gateway.withdrawal_applications(token)
    assert rejected.status == "rejected"
    assert rejected.reason is not None
    assert await any_fund.gateway.loan_applications(token) == []


async def test_who_has_no_account_learns_it_after_the_check(any_fund: FundStand) -> None:
    token = (await any_fund.identify("吴灵活")).token
    with pytest.raises(AccountNotFound):
        await any_fund.gateway.fund_account(token)
    insurance = await any_fund.gateway.social_insurance(token)
    pension, unemployment = insurance.of("pension"), insurance.of("unemployment")
    assert pension is not None
    assert (pension.months, pension.paying) == (54, True)
    assert unemployment is not None
    assert unemployment.months == 0


# ---- appointments ----------------------------------------------------------------------------------------------


async def first_slot(any_fund: FundStand) -> tuple[str, date]:
    days = await any_fund.gateway.open_days("H001", "公积金")
    slots = await any_fund.gateway.open_slots("H001", "公积金", days[0].day)
    return slots[0].id, days[0].day


async def book(
    any_fund: FundStand, slot: str, key: str = "key-1", phone: str = PHONE
) -> Appointment:
    return await any_fund.gateway.book(slot, "张三", phone, "公积金", key)


async def test_days_are_the_next_ten_workdays_and_count_their_slots(any_fund: FundStand) -> None:
    days = await any_fund.gateway.open_days("H001", "公积金")
    assert len(days) == 10
    assert days[0].day == date(2026, 11, 24)
    assert all(day.day.weekday() < 5 for day in days)
    slots = await any_fund.gateway.open_slots("H001", "公积金", days[0].day)
    assert OpenDay(days[0].day, sum(slot.free for slot in slots)) == days[0]


async def test_a_business_the_hall_does_not_do_has_no_days(any_fund: FundStand) -> None:
    assert await any_fund.gateway.open_days("H001", "社保") == []
    with pytest.raises(HallNotFound):
        await any_fund.gateway.open_slots("H999", "公积金", date(2026, 11, 24))


async def test_an_appointment_is_booked_found_and_cancelled(any_fund: FundStand) -> None:
    slot, day = await first_slot(any_fund)
    before = await any_fund.gateway.open_days("H001", "公积金")
    booked = await book(any_fund, slot)
    assert (booked.status, booked.name_masked, booked.phone_masked) == (
        "booked", "张*", "138****1234",
    )  # fmt: skip
    assert booked.start.date() == day
    assert (await any_fund.gateway.open_days("H001", "公积金"))[0].free == before[0].free - 1
    assert await any_fund.gateway.appointment(booked.number.lower(), PHONE) == booked
    assert (await any_fund.gateway.cancel(booked.number, PHONE)).status == "cancelled"
    assert (await any_fund.gateway.cancel(booked.number, PHONE)).status == "cancelled"
    assert await any_fund.gateway.open_days("H001", "公积金") == before


async def test_the_same_key_books_once(any_fund: FundStand) -> None:
    slot, _ = await first_slot(any_fund)
    assert (await book(any_fund, slot)).number == (await book(any_fund, slot)).number
    with pytest.raises(RequestRefused):
        await book(any_fund, slot, phone="13900001234")


async def test_a_phone_has_one_open_appointment_for_a_business(any_fund: FundStand) -> None:
    slot, _ = await first_slot(any_fund)
    booked = await book(any_fund, slot)
    with pytest.raises(AlreadyBooked):
        await book(any_fund, slot, "key-2")
    await any_fund.gateway.cancel(booked.number, PHONE)
    await book(any_fund, slot, "key-3")


async def test_the_last_place_is_given_away_once(any_fund: FundStand) -> None:
    days = await any_fund.gateway.open_days("H001", "公积金")
    slots = [s for d in days for s in await any_fund.gateway.open_slots("H001", "公积金", d.day)]
    last = next(slot for slot in slots if slot.free == 1)
    await book(any_fund, last.id, "key-1", "13800000001")
    with pytest.raises(SlotTaken):
        await book(any_fund, last.id, "key-2", "13800000002")


@pytest.mark.parametrize("slot", ["H001.0.20200101.0900", "H001.0.20261124.0901", "H001.9.x", "?"])
async def test_a_slot_that_never_was_cannot_be_booked(any_fund: FundStand, slot: str) -> None:
    with pytest.raises(RequestRefused if slot == "?" else SlotTaken):
        await book(any_fund, slot)


async def test_number_and_phone_must_belong_together(any_fund: FundStand) -> None:
    slot, _ = await first_slot(any_fund)
    booked = await book(any_fund, slot)
    for number, phone in ((booked.number, "13900001234"), ("YY1124AAAAAA", PHONE)):
        with pytest.raises(AppointmentNotFound):
            await any_fund.gateway.appointment(number, phone)
        with pytest.raises(AppointmentNotFound):
            await any_fund.gateway.cancel(number, phone)


async def test_what_has_begun_cannot_be_cancelled(any_fund: FundStand) -> None:
    slot, _ = await first_slot(any_fund)
    booked = await book(any_fund, slot)
    any_fund.clock.advance(booked.start - any_fund.clock.now())
    with pytest.raises(TooLate):
        await any_fund.gateway.cancel(booked.number, PHONE)
