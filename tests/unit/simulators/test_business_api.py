"""docs/business-api.yaml is what the stand-in serves and what the adapter asks, word for word.

An organisation holds its own service against the file in the same way: `exchanges` with its own address.
"""

from __future__ import annotations

import contextlib
from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from typing import Any

import httpx
import pytest
import yaml
from openapi_core import OpenAPI
from openapi_core.testing import MockRequest, MockResponse
from openapi_spec_validator import validate

from actions.business.refusals import read_refusal
from core.conversation.business_errors import BusinessError
from core.settings import ROOT
from simulators.fund.app import build_app
from simulators.fund.errors import STATUSES, Refused
from tests.fund import PEOPLE, FundStand, fund_stand

FILE = ROOT / "docs" / "business-api.yaml"
DOCUMENT: dict[str, Any] = yaml.safe_load(FILE.read_text("utf-8"))
API = OpenAPI.from_dict(DOCUMENT)
OPERATIONS = {
    operation["operationId"]: (method, path)
    for path, methods in DOCUMENT["paths"].items()
    for method, operation in methods.items()
}
PHONE = "13800001234"


async def everything(fund: FundStand) -> None:
    """Each operation at least once, with success."""
    gateway = fund.gateway
    await gateway.service_halls("example")
    await gateway.start_identity_check("王演示", PEOPLE["王演示"])
    fund.clock.advance(timedelta(minutes=1))
    challenge = await gateway.start_identity_check("王演示", PEOPLE["王演示"])
    fund.clock.advance(timedelta(minutes=1))
    challenge = await gateway.resend_identity_code(challenge.id)
    token = (await gateway.confirm_identity_check(challenge.id, await fund.newest_code())).token
    await gateway.fund_account(token)
    months = date(2025, 11, 1), date(2026, 11, 1)
    page = await gateway.deposit_records(token, *months, limit=2)
    await gateway.deposit_records(token, *months, after=page.next)
    await gateway.loan_applications(token)
    await gateway.withdrawal_applications(token)
    await gateway.social_insurance(token)
    await gateway.end_identity(token)
    [day, *_] = await gateway.open_days("H001", "公积金")
    [slot, *_] = await gateway.open_slots("H001", "公积金", day.day)
    booked = await gateway.book(slot.id, "张三", PHONE, "公积金", "key-1")
    await gateway.appointment(booked.number, PHONE)
    await gateway.cancel(booked.number, PHONE)


async def everybody(fund: FundStand) -> None:
    """All data of all famous people who can be checked."""
    for name in PEOPLE:
        if name == "周无机":
            continue
        token = (await fund.identify(name)).token
        for ask in (fund.gateway.fund_account, fund.gateway.social_insurance):
            await refused_or_not(ask(token))
        months = date(2010, 1, 1), date(2026, 11, 1)
        await refused_or_not(fund.gateway.deposit_records(token, *months, limit=100))
        await fund.gateway.loan_applications(token)
        await fund.gateway.withdrawal_applications(token)


async def refusals(fund: FundStand) -> None:
    """What is refused by the rules."""
    gateway = fund.gateway
    await refused_or_not(gateway.resend_identity_code("unknown"))
    challenge = await gateway.start_identity_check("王五", "999999199001010011")
    await refused_or_not(gateway.resend_identity_code(challenge.id))
    for _ in range(5):
        await refused_or_not(gateway.confirm_identity_check(challenge.id, "000000"))
    await refused_or_not(gateway.confirm_identity_check(challenge.id, "000000"))
    await refused_or_not(gateway.fund_account("a-token-nobody-gave-out"))
    await refused_or_not(gateway.open_days("H999", "公积金"))
    await refused_or_not(gateway.book("H001.0.20200101.0900", "张三", PHONE, "公积金", "key"))
    await refused_or_not(gateway.appointment("YY0000AAAAAA", PHONE))


async def refused_or_not(asking: Awaitable[object]) -> None:
    with contextlib.suppress(BusinessError):
        await asking


Play = Callable[[FundStand], Awaitable[None]]


async def exchanges(play: Play) -> list[httpx.Response]:
    seen: list[httpx.Response] = []
    async with fund_stand(seen=seen) as fund:
        await play(fund)
    assert seen
    return seen


def as_file_sees_it(response: httpx.Response) -> tuple[MockRequest, MockResponse]:
    asked = response.request
    return (
        MockRequest(
            f"{asked.url.scheme}://{asked.url.netloc.decode()}",
            asked.method.lower(),
            asked.url.path,
            args=dict(asked.url.params),
            headers=dict(asked.headers),
            data=asked.content or None,
            content_type=asked.headers.get("content-type", ""),
        ),
        MockResponse(
            response.content,
            response.status_code,
            headers=dict(response.headers),
            content_type=response.headers.get("content-type", "").partition(";")[0],
        ),
    )


def test_the_file_is_openapi() -> None:
    validate(DOCUMENT)


def test_the_stand_in_serves_the_operations_of_the_file_and_no_others() -> None:
    served = {
        operation["operationId"]: (method, path)
        for path, methods in build_app().openapi()["paths"].items()
        for method, operation in methods.items()
        if path.startswith("/v1/")
    }
    assert served == OPERATIONS


@pytest.mark.parametrize("play", [everything, everybody, refusals], ids=lambda play: play.__name__)
async def test_every_request_and_answer_is_as_the_file_says(play: Play) -> None:
    for response in await exchanges(play):
        request, answer = as_file_sees_it(response)
        errors = [
            *API.unmarshal_request(request).errors,
            *API.unmarshal_response(request, answer).errors,
        ]
        assert errors == [], f"{response.request.url.path}: {errors} {response.text[:300]}"


async def test_every_operation_is_asked_with_success() -> None:
    seen = [r for r in await exchanges(everything) if r.is_success]
    asked = set()
    for response in seen:
        request, _ = as_file_sees_it(response)
        found = API.unmarshal_request(request)
        assert not found.errors
        path = next(
            p
            for m, p in OPERATIONS.values()
            if m == request.method and matches(p, response.request.url.path)
        )
        asked.add((request.method, path))
    assert asked == set(OPERATIONS.values())


def matches(pattern: str, path: str) -> bool:
    parts = list(zip(pattern.split("/"), path.split("/"), strict=False))
    same_length = pattern.count("/") == path.count("/")
    return same_length and all(a == b or a.startswith("{") for a, b in parts)


@pytest.mark.parametrize(
    "change",
    [
        lambda body: body.update(balance=-1),
        lambda body: body.update(balance="1"),
        lambda body: body.pop("opened_on"),
        lambda body: body.update(status="fine"),
        lambda body: body.update(paid_until="2026-13"),
    ],
)
async def test_the_check_sees_what_is_wrong(change: Callable[[dict[str, Any]], Any]) -> None:
    [response] = [
        r for r in await exchanges(everything) if r.request.url.path.endswith("fund-account")
    ]
    request, _ = as_file_sees_it(response)
    body = response.json()
    change(body)
    broken = httpx.Response(200, json=body, request=response.request)
    assert API.unmarshal_response(request, as_file_sees_it(broken)[1]).errors


async def test_a_request_without_the_key_is_refused() -> None:
    async with fund_stand() as fund:
        answer = await fund.raw.get("/v1/halls")
    assert answer.status_code == 401
    assert answer.json()["error"]["code"] == "unauthorized"


def test_every_code_of_the_stand_in_has_its_error() -> None:
    known = {code for code in STATUSES if read_refusal(Refused(code).response().body)}
    assert known == set(STATUSES) - {"unauthorized"}


def test_every_code_the_file_names_is_understood() -> None:
    text = FILE.read_text("utf-8")
    for code in set(STATUSES) - {"unauthorized"}:
        assert f"`{code}`" in text, code
        refusal = read_refusal(Refused(code).response().body)
        assert refusal is not None
        assert refusal.code == code
