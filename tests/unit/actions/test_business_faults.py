"""A business system that is slow, down or breaks off: tried again where safe, then left alone a while."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable
from datetime import timedelta

import httpx
import pytest

from actions.business.breaker import CircuitBreaker, CircuitOpen, SystemFailed
from actions.business.caller import MAX_BYTES, Caller
from actions.business.http import HttpBusinessGateway
from core.conversation.business_errors import NoPhoneOnFile
from core.errors import Unavailable
from tests.fund import PEOPLE, FundStand, Port, fund_stand
from tests.unit.actions.scripted_fund import Scripted, gateway_of

HALLS = "/v1/halls"
NO_HALLS = httpx.Response(200, json={"halls": []})


# ---- tried again -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "broken",
    [
        httpx.ConnectError("refused"), httpx.ConnectTimeout("slow"), httpx.RemoteProtocolError("gone"),
        httpx.ReadError("reset"), httpx.Response(502), httpx.Response(503), httpx.Response(504),
    ],
    ids=str,
)  # fmt: skip
async def test_a_reading_call_is_made_once_more_when_the_way_breaks(
    broken: httpx.Response | Exception,
) -> None:
    script = Scripted(broken, NO_HALLS)
    async with gateway_of(script) as gateway:
        assert await gateway.service_halls("example") == []
    assert len(script.asked) == 2


@pytest.mark.parametrize(
    "failure",
    [
        httpx.ReadTimeout("slow"), httpx.Response(500), httpx.Response(404), httpx.Response(302),
        httpx.Response(200, text="<html>"), httpx.Response(200, json=[]),
    ],
    ids=str,
)  # fmt: skip
async def test_what_a_second_try_would_not_mend_is_not_tried_again(
    failure: httpx.Response | Exception,
) -> None:
    script = Scripted(failure, NO_HALLS)
    async with gateway_of(script) as gateway:
        with pytest.raises(Unavailable):
            await gateway.service_halls("example")
    assert len(script.asked) == 1


async def test_a_code_is_never_sent_or_tried_twice() -> None:
    script = Scripted(httpx.Response(503))
    async with gateway_of(script) as gateway:
        for asking in (
            gateway.start_identity_check("张示例", PEOPLE["张示例"]),
            gateway.resend_identity_code("c1"),
            gateway.confirm_identity_check("c1", "123456"),
        ):
            with pytest.raises(Unavailable):
                await asking
    assert len(script.asked) == 3


async def test_a_booking_is_repeated_with_its_key_and_books_once(fund: FundStand) -> None:
    [day, *_] = await fund.gateway.open_days("H001", "公积金")
    [slot, *_] = await fund.gateway.open_slots("H001", "公积金", day.day)
    await fund.order("down", path="/v1/appointments")
    booked = await fund.gateway.book(slot.id, "张三", "13800001234", "公积金", "key-1")
    assert await fund.calls("/v1/appointments") == 2
    left = (await fund.gateway.open_days("H001", "公积金"))[0].free
    assert left == day.free - 1
    assert booked.status == "booked"


async def test_one_bad_moment_is_not_noticed(fund: FundStand) -> None:
    token = (await fund.identify("张示例")).token
    await fund.order("down", path="fund-account")
    assert (await fund.gateway.fund_account(token)).status == "normal"


# ---- too slow, too long ----------------------------------------------------------------------------------------


async def test_an_answer_that_drips_is_given_up() -> None:
    async def drip() -> AsyncIterator[bytes]:
        while True:
            await asyncio.sleep(0)
            yield b" "

    def script(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, content=drip())

    async with gateway_of(script, whole_seconds=0.02) as gateway:
        with pytest.raises(Unavailable):
            await gateway.service_halls("example")


async def test_a_slow_system_over_http_is_given_up_in_time() -> None:
    with Port().served() as port:
        async with fund_stand(port=port, whole_seconds=0.05) as fund:
            await fund.order("slow", seconds=0.4)
            with pytest.raises(Unavailable):
                await fund.gateway.service_halls("example")
            # The next one finds it as if nothing had been.
            assert len(await fund.gateway.service_halls("example")) == 12


async def test_nobody_listening_is_unavailable() -> None:
    with Port().served() as port:
        gone = port.base
    async with httpx.AsyncClient(trust_env=False) as client:
        with pytest.raises(Unavailable) as failure:
            await HttpBusinessGateway(Caller(gone, client)).service_halls("example")
    assert failure.value.details == {"part": "business_system"}


async def test_an_answer_over_a_megabyte_is_refused() -> None:
    async with gateway_of(Scripted(httpx.Response(200, content=b" " * (MAX_BYTES + 1)))) as gateway:
        with pytest.raises(Unavailable):
            await gateway.service_halls("example")


async def test_a_packed_answer_is_not_unpacked() -> None:
    script = Scripted(
        httpx.Response(200, headers={"content-encoding": "gzip"}, content=b"\x1f\x8b")
    )
    async with gateway_of(script) as gateway:
        with pytest.raises(Unavailable):
            await gateway.service_halls("example")
    assert script.asked[0].headers["accept-encoding"] == "identity"


# ---- circuit breaker -------------------------------------------------------------------------------------------


async def fail(asking: Awaitable[object]) -> None:
    with pytest.raises(Unavailable):
        await asking


async def test_after_five_failures_the_system_is_left_alone_then_one_call_tries(
    fund: FundStand,
) -> None:
    await fund.order("down", times=12)
    for _ in range(5):
        await fail(fund.gateway.service_halls("example"))
    assert (fund.breaker.state, await fund.calls(HALLS)) == ("open", 10)
    await fail(fund.gateway.service_halls("example"))
    assert await fund.calls(HALLS) == 10, "called although open"
    fund.clock.advance(timedelta(seconds=15))
    await fail(fund.gateway.service_halls("example"))
    assert (fund.breaker.state, await fund.calls(HALLS)) == ("open", 12)
    fund.clock.advance(timedelta(seconds=15))
    assert len(await fund.gateway.service_halls("example")) == 12
    assert fund.breaker.state == "closed"


class Seconds:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def time() -> Seconds:
    return Seconds()


@pytest.fixture
def breaker(time: Seconds) -> CircuitBreaker:
    return CircuitBreaker(failures=2, rest_seconds=10, now=time)


def failing(breaker: CircuitBreaker) -> None:
    with pytest.raises(SystemFailed), breaker.call():
        raise SystemFailed("down")


def test_a_success_between_failures_begins_the_count_anew(breaker: CircuitBreaker) -> None:
    failing(breaker)
    with breaker.call():
        pass
    failing(breaker)
    assert breaker.state == "closed"


def test_a_named_refusal_is_an_answer(breaker: CircuitBreaker) -> None:
    failing(breaker)
    with pytest.raises(NoPhoneOnFile), breaker.call():
        raise NoPhoneOnFile
    failing(breaker)
    assert breaker.state == "closed"


def test_only_one_call_probes(breaker: CircuitBreaker, time: Seconds) -> None:
    failing(breaker)
    failing(breaker)
    time.now = 10
    with breaker.call():
        with pytest.raises(CircuitOpen), breaker.call():
            pytest.fail("a second call went through")
        assert breaker.state == "probing"
    assert breaker.state == "closed"


def test_a_cancelled_probe_leaves_the_next_call_to_probe(
    breaker: CircuitBreaker, time: Seconds
) -> None:
    failing(breaker)
    failing(breaker)
    time.now = 10
    with pytest.raises(asyncio.CancelledError), breaker.call():
        raise asyncio.CancelledError
    with breaker.call():
        assert breaker.state == "probing"
    assert breaker.state == "closed"


def test_a_call_from_before_changes_nothing_once_it_is_open(
    breaker: CircuitBreaker, time: Seconds
) -> None:
    with breaker.call():
        failing(breaker)
        failing(breaker)
        time.now = 9
    assert breaker.state == "open"
    with pytest.raises(CircuitOpen), breaker.call():
        pytest.fail("went through")
