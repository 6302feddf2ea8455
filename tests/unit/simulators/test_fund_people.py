"""The made-up people of the business system's stand-in: many, consistent, and nobody's."""

from __future__ import annotations

import string
from collections.abc import AsyncIterator
from datetime import date

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.components.values import check_id_number
from simulators.fund.app import build_app
from simulators.fund.crowd import crowd
from simulators.fund.famous import famous_people
from simulators.fund.people import Person
from simulators.fund.times import month_text, months_before, workdays_after
from tests.fund import MONDAY, PEOPLE, FundStand, fund_stand

TODAY = date(2026, 11, 23)
SEED = 2026


@pytest.fixture(scope="module")
def people() -> list[Person]:
    return famous_people(TODAY) + crowd(TODAY, SEED)


def test_they_are_three_hundred_and_more_and_told_apart(people: list[Person]) -> None:
    phones = [person.phone for person in people if person.phone]
    assert len(people) > 300
    assert len({person.id_number for person in people}) == len(people)
    assert len({person.name for person in people}) == len(people)
    assert len(set(phones)) == len(phones)


def test_their_numbers_pass_the_products_check_and_belong_to_no_place(people: list[Person]) -> None:
    for person in people:
        assert check_id_number(person.id_number), person.name
        assert person.id_number.startswith("999999")
        assert person.phone is None or person.phone.startswith("1990000")
        assert date(1960, 1, 1) < date.fromisoformat(person.id_number[6:14]) < date(2008, 1, 1)


def test_they_are_the_same_every_time_and_others_with_another_seed() -> None:
    assert crowd(TODAY, SEED) == crowd(TODAY, SEED)
    assert crowd(TODAY, SEED) != crowd(TODAY, SEED + 1)


def test_the_famous_ones_are_those_the_tests_know(people: list[Person]) -> None:
    assert {p.name: p.id_number for p in people if p.story} == PEOPLE


@pytest.mark.parametrize("today", [TODAY, date(2026, 3, 1), date(2028, 2, 29), date(2026, 7, 14)])
def test_every_ledger_adds_up_on_any_day(today: date) -> None:
    for person in famous_people(today) + crowd(today, SEED)[::7]:
        ledger = person.ledger
        if ledger is None:
            continue
        balance = 0
        for record in ledger.records:
            balance += record.amount
            assert record.balance == balance >= 0, person.name
            assert record.posted_on <= today
        assert ledger.account().balance == balance
        posted = [record.posted_on for record in ledger.records]
        assert posted == sorted(posted), person.name


def test_gaps_are_gaps_and_those_made_good_are_none(people: list[Person]) -> None:
    li = next(person for person in people if person.name == "李样本")
    assert li.ledger is not None
    paid = {r.month for r in li.ledger.records if r.kind in ("deposit", "supplement")}
    last = [month_text(months_before(TODAY, age)) for age in range(24)]
    assert [age for age in range(24) if last[age] not in paid] == [5, 6]


def test_who_closed_the_account_got_all_of_it(people: list[Person]) -> None:
    feng = next(person for person in people if person.name == "冯退休")
    assert feng.ledger is not None
    assert feng.ledger.account().balance == 0
    assert feng.withdrawal_applications[0].amount == -feng.ledger.records[-1].amount > 0


def test_no_step_is_done_in_the_future(people: list[Person]) -> None:
    for person in people:
        for application in person.loan_applications + person.withdrawal_applications:
            done = [step.done_on for step in application.steps if step.done_on]
            assert done == sorted(done)
            assert all(day <= TODAY for day in [application.submitted_on, *done])


def test_appointment_days_leave_out_holidays_and_the_unknown_year_has_weekends() -> None:
    # 1 to 7 October 2026 are holidays; 10 October is a Saturday to work on.
    days = workdays_after(date(2026, 9, 29), 4)
    assert days == [date(2026, 9, 30), date(2026, 10, 8), date(2026, 10, 9), date(2026, 10, 10)]
    assert all(day.weekday() < 5 for day in workdays_after(date(2090, 1, 1), 10))


@pytest.fixture
async def fund() -> AsyncIterator[FundStand]:
    async with fund_stand() as stand:
        yield stand


async def test_the_page_lists_the_famous_and_shows_the_messages(fund: FundStand) -> None:
    assert "业务系统模拟器" in (await fund.raw.get("/")).text
    for name in ("page.js", "style.css"):
        assert (await fund.raw.get(f"/{name}")).status_code == 200
    people = (await fund.raw.get("/people")).json()
    assert sum(1 for person in people if person["story"]) == len(PEOPLE)
    await fund.gateway.start_identity_check("张示例", PEOPLE["张示例"])
    [message] = (await fund.raw.get("/sms")).json()
    assert message["phone"] == "19900000001"
    assert message["code"] in message["text"]


async def test_ordered_faults_can_be_seen_and_forgotten(fund: FundStand) -> None:
    await fund.order("down", times=5)
    assert len((await fund.raw.get("/faults")).json()["faults"]) == 1
    await fund.raw.delete("/faults")
    assert len(await fund.gateway.service_halls("example")) == 12


PATHS = [
    ("GET", "/v1/halls"), ("POST", "/v1/identity/start"), ("POST", "/v1/identity/resend"),
    ("POST", "/v1/identity/confirm"), ("POST", "/v1/identity/end"),
    ("GET", "/v1/person/fund-account"), ("GET", "/v1/person/deposit-records"),
    ("GET", "/v1/halls/H001/open-days"), ("GET", "/v1/halls/H001/slots"),
    ("POST", "/v1/appointments"), ("POST", "/v1/appointments/find"), ("GET", "/v1/elsewhere"),
]  # fmt: skip
FIELDS = (
    "name",
    "id_number",
    "challenge_id",
    "code",
    "slot_id",
    "phone",
    "business",
    "number",
    "day",
)
# One for all examples: what earlier ones left behind must not matter.
HOSTILE = build_app(now=MONDAY.timestamp)
VALUES = st.one_of(
    st.none(),
    st.integers(),
    st.text(max_size=60),
    st.text(string.digits + "X.", max_size=20),
    st.lists(st.text(max_size=5), max_size=2),
)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(PATHS), st.dictionaries(st.sampled_from(FIELDS), VALUES))
async def test_whatever_is_sent_is_answered_or_refused_in_form(
    operation: tuple[str, str], fields: dict[str, object]
) -> None:
    transport = httpx.ASGITransport(HOSTILE, raise_app_exceptions=True)
    async with httpx.AsyncClient(transport=transport, base_url="http://fund.test") as client:
        method, path = operation
        params = {k: str(v) for k, v in fields.items()} if method == "GET" else None
        body = None if method == "GET" else fields
        answer = await client.request(
            method, path, params=params, json=body,
            headers={"authorization": "Bearer x", "idempotency-key": "k"},
        )  # fmt: skip
    if not answer.is_success:
        assert 400 <= answer.status_code < 500
        assert set(answer.json()["error"]) >= {"code", "message"}
