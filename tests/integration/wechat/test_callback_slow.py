"""A stranger who sends his body a byte at a time: he holds up nobody, and is not waited for."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from channels.tencent.receiving import envelope
from tests.integration.wechat.conftest import World
from tests.integration.wechat.pushes import ADDRESS

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


async def test_a_body_that_never_ends_delays_no_answer_and_is_given_up(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(envelope, "BODY_SECONDS", 0.05)
    await world.connect()
    delayed: list[int] = []

    async def body() -> AsyncIterator[bytes]:
        yield b"<xml>"
        # Turns and deliveries begin when no push is under way.
        delayed.append(world.uows.rush._under_way)
        await asyncio.Event().wait()

    unsigned = {"encrypt_type": "aes", "msg_signature": "x"}
    response = await world.product.post(ADDRESS, params=unsigned, content=body())
    assert (response.status_code, response.json()["error"]["code"]) == (408, "body_too_slow")
    assert delayed == [0]
