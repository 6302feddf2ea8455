"""Answers that are nonsense or refusals: what reaches the citizen, and what reaches nobody."""

from __future__ import annotations

import contextlib
import json
import traceback
from datetime import date
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from actions.business.caller import Caller
from actions.business.http import HttpBusinessGateway
from core.conversation.business_errors import (
    BusinessError,
    CodeWrong,
    NoPhoneOnFile,
    PersonNotFound,
    RequestRefused,
    SendTooOften,
    TooManyAttempts,
)
from core.errors import Unavailable
from tests.fund import KEY, PEOPLE, FundStand
from tests.unit.actions.scripted_fund import Scripted, gateway_of

# ---- nonsense --------------------------------------------------------------------------------------------------

NONSENSE: dict[str, dict[str, Any]] = {
    "negative_balance": {"balance": -1},
    "balance_as_text": {"balance": "18610814"},
    "balance_with_a_point": {"balance": 1.5},
    "too_rich": {"balance": 10**10 + 1},
    "no_number": {"balance": None},
    "rate_of_all": {"employer_rate": "1"},
    "rate_as_number": {"personal_rate": 0.12},
    "no_month": {"paid_until": "2026-13"},
    "day_for_a_month": {"paid_until": "2026-11-22"},
    "before_there_were_funds": {"opened_on": "1900-01-01"},
    "unknown_status": {"status": "happy"},
    "account_not_masked": {"account_masked": "110101198805120013"},
    "number_behind_a_star": {"account_masked": "*110101198805120013"},
    "control_characters": {"employer_masked": None, "account_masked": "\x1b[31m"},
}


@pytest.mark.parametrize("change", NONSENSE.values(), ids=NONSENSE)
async def test_an_account_nobody_can_have_is_refused(
    fund: FundStand, change: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    token = (await fund.identify("张示例")).token
    headers = {"x-api-key": KEY, "authorization": f"Bearer {token}"}
    right = (await fund.raw.get("/v1/person/fund-account", headers=headers)).json()
    await fund.order("nonsense", path="fund-account", body=json.dumps({**right, **change}))
    with pytest.raises(Unavailable):
        await fund.gateway.fund_account(token)
    assert "wrong in the answer" in caplog.text
    assert "110101198805120013" not in caplog.text
    # The system itself works: the next one is asked.
    assert fund.breaker.state == "closed"
    assert (await fund.gateway.fund_account(token)).balance == right["balance"]


async def test_unknown_fields_are_ignored() -> None:
    hall = {
        "id": "east", "name": "城东大厅", "address": "东路1号", "phone": "1", "hours": "9-17",
        "district": "城东区", "businesses": ["公积金"], "longitude": None, "new": {"x": 1},
    }  # fmt: skip
    script = Scripted(httpx.Response(200, json={"halls": [hall], "more": 1}))
    async with gateway_of(script, api_key="k") as gateway:
        [found] = await gateway.service_halls("示例市 &?")
    assert (found.id, found.businesses, found.latitude) == ("east", ("公积金",), None)
    assert script.asked[0].url.path == "/api/v1/halls"
    assert script.asked[0].url.params["region"] == "示例市 &?"
    assert script.asked[0].headers["x-api-key"] == "k"


async def test_a_phone_nobody_masked_is_not_shown() -> None:
    body = {
        "id": "c1", "phone_masked": "13800001234", "expires_at": "2026-11-23T09:05:00+08:00",
        "resend_after_seconds": 60,
    }  # fmt: skip
    async with gateway_of(Scripted(httpx.Response(200, json=body))) as gateway:
        with pytest.raises(Unavailable):
            await gateway.start_identity_check("张示例", PEOPLE["张示例"])


async def test_pages_that_never_end_are_refused() -> None:
    script = Scripted(httpx.Response(200, json={"records": [], "next": "k1"}))
    async with gateway_of(script) as gateway:
        day = date(2026, 11, 1)
        page = await gateway.deposit_records("a-token-of-length", day, day)
        with pytest.raises(Unavailable):
            await gateway.deposit_records("a-token-of-length", day, day, after=page.next)


async def test_a_hall_id_cannot_leave_its_place_in_the_address() -> None:
    script = Scripted(httpx.Response(200, json={"days": []}))
    async with gateway_of(script) as gateway:
        await gateway.open_days("../person/fund-account?x", "公积金")
    assert script.asked[0].url.raw_path.startswith(b"/api/v1/halls/..%2Fperson%2Ffund-account%3Fx/")


# ---- refusals --------------------------------------------------------------------------------------------------


async def test_a_system_may_say_plainly_that_nobody_matches(fund: FundStand) -> None:
    for code, error in (("person_not_found", PersonNotFound), ("no_phone_on_file", NoPhoneOnFile)):
        await fund.order("refuse", code=code)
        with pytest.raises(error) as refused:
            await fund.gateway.start_identity_check("张示例", PEOPLE["张示例"])
        assert refused.value.code == code
    assert fund.breaker.state == "closed"


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (CodeWrong(2), "还可以再试 2 次"), (CodeWrong(None), "请核对后再试"),
        (TooManyAttempts(61), "2 分钟"), (SendTooOften(59), "59 秒"), (SendTooOften(3601), "2 小时"),
    ],
)  # fmt: skip
async def test_waiting_times_are_said_in_words_rounded_up(
    error: BusinessError, words: str, fund: FundStand
) -> None:
    assert words in error.message
    await fund.order("refuse", code=error.code, **{k: v for k, v in error.details.items() if v})
    with pytest.raises(type(error)) as refused:
        await fund.gateway.confirm_identity_check("c1", "123456")
    assert refused.value.message == error.message


@pytest.mark.parametrize(
    "body",
    [
        {"error": {"code": "surprise", "message": "x"}}, {"error": "no"}, [], {"detail": "Not Found"},
        {"error": {"code": "code_wrong", "attempts_left": "many"}},
        {"error": {"code": "too_many_attempts", "retry_after_seconds": 10**9}},
    ],
    ids=str,
)  # fmt: skip
async def test_a_refusal_we_do_not_know_is_unavailable(body: Any) -> None:
    async with gateway_of(Scripted(httpx.Response(409, json=body))) as gateway:
        with pytest.raises(Unavailable):
            await gateway.confirm_identity_check("c1", "123456")


async def test_the_systems_own_words_reach_nobody() -> None:
    body = {"error": {"code": "code_wrong", "message": "张三 110101199001011234 不对"}}
    async with gateway_of(Scripted(httpx.Response(422, json=body))) as gateway:
        with pytest.raises(CodeWrong) as refused:
            await gateway.confirm_identity_check("c1", "123456")
    assert "张三" not in "".join(traceback.format_exception(refused.value))


async def test_no_trace_leads_from_the_failure_to_what_was_answered(fund: FundStand) -> None:
    token = (await fund.identify("张示例")).token
    await fund.order("nonsense", path="fund-account", body='{"balance": "secret-of-zhang"}')
    with pytest.raises(Unavailable) as failure:
        await fund.gateway.fund_account(token)
    chain: list[BaseException] = [failure.value]
    while (below := chain[-1].__cause__ or chain[-1].__context__) is not None:
        chain.append(below)
    assert len(chain) == 1
    assert "secret-of-zhang" not in "".join(traceback.format_exception(failure.value))


# ---- anything at all -------------------------------------------------------------------------------------------

FIELDS = ("error", "code", "attempts_left", "balance", "token", "applications", "steps", "status")
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(FIELDS), inner),
    max_leaves=12,
)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from([200, 204, 400, 409, 422, 503]), JSON | st.binary(max_size=60))
async def test_whatever_is_answered_is_a_value_a_refusal_or_unavailable(
    status: int, body: Any
) -> None:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    async with gateway_of(Scripted(httpx.Response(status, content=content))) as gateway:
        for asking in (
            gateway.fund_account("a-token-of-length"),
            gateway.confirm_identity_check("c1", "123456"),
            gateway.loan_applications("a-token-of-length"),
        ):
            with contextlib.suppress(BusinessError, Unavailable):
                assert await asking is not None


async def test_nesting_without_end_is_refused() -> None:
    async with gateway_of(Scripted(httpx.Response(200, content=b"[" * 900_000))) as gateway:
        with pytest.raises(Unavailable):
            await gateway.fund_account("a-token-of-length")


async def test_half_a_character_is_refused_before_it_is_sent() -> None:
    async with gateway_of(Scripted(httpx.Response(500))) as gateway:
        with pytest.raises(RequestRefused) as refused:
            await gateway.start_identity_check("张\ud800", PEOPLE["张示例"])
    assert refused.value.__context__ is None


async def test_times_are_given_in_chinese_time(fund: FundStand) -> None:
    body = {
        "id": "c1", "phone_masked": "138****1234", "expires_at": "2026-11-23T20:05:00Z",
        "resend_after_seconds": 60,
    }  # fmt: skip
    async with gateway_of(Scripted(httpx.Response(200, json=body))) as gateway:
        challenge = await gateway.start_identity_check("张示例", PEOPLE["张示例"])
    assert challenge.expires_at.isoformat() == "2026-11-24T04:05:00+08:00"


def test_a_key_no_header_can_carry_is_refused_without_showing_it() -> None:
    with pytest.raises(ValueError, match="characters") as refused:
        Caller("http://fund", httpx.AsyncClient(trust_env=False), api_key="密钥\n")
    assert "密钥" not in str(refused.value)


async def test_an_address_that_is_none_is_unavailable() -> None:
    async with httpx.AsyncClient(trust_env=False) as client:
        for base in ("fund.example", "http://[", "ftp://fund"):
            with pytest.raises(Unavailable):
                await HttpBusinessGateway(Caller(base, client)).service_halls("example")
