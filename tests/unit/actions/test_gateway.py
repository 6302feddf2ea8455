"""The fund's business system over HTTP, against a scripted transport."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest

from actions.gateway import HttpBusinessGateway
from core.conversation.business import ServiceHall
from core.errors import Unavailable

HALL = {
    "id": "east",
    "name": "城东大厅",
    "address": "东路1号",
    "phone": "1",
    "hours": "9-17",
    "district": "城东区",
}


def gateway(handler: Callable[[httpx.Request], httpx.Response]) -> HttpBusinessGateway:
    client = httpx.AsyncClient(transport=httpx.MockTransport(handler))
    return HttpBusinessGateway("http://fund/api/", client)


async def test_halls_of_the_region_are_asked_for_and_read() -> None:
    def handler(request: httpx.Request) -> httpx.Response:
        assert str(request.url) == "http://fund/api/v1/halls?region=example"
        return httpx.Response(200, json={"halls": [{**HALL, "extra": 1}]})

    assert await gateway(handler).service_halls("example") == [ServiceHall(**HALL)]


def down(request: httpx.Request) -> httpx.Response:
    raise httpx.ConnectTimeout("slow", request=request)


@pytest.mark.parametrize(
    "handler",
    [
        down,
        lambda _: httpx.Response(500),
        lambda _: httpx.Response(200, text="<html>"),
        lambda _: httpx.Response(200, json={"halls": [{"name": "x"}]}),
    ],
)
async def test_every_failure_is_unavailable(
    handler: Callable[[httpx.Request], httpx.Response],
) -> None:
    with pytest.raises(Unavailable) as failure:
        await gateway(handler).service_halls("example")
    assert failure.value.details["part"] == "business_system"
