"""The access token: one fetch for all, renewed early, kept through a failed renewal."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from channels.tencent.errors import ApiFailed
from channels.tencent.token import AccessToken, Grant
from core.clock import FixedClock


class Source:
    def __init__(self) -> None:
        self.fetched = 0
        self.down = False

    async def __call__(self) -> Grant:
        await asyncio.sleep(0)
        if self.down:
            raise ApiFailed("down")
        self.fetched += 1
        return Grant(f"token-{self.fetched}", 7200)


@pytest.fixture
def source() -> Source:
    return Source()


@pytest.fixture
def token(source: Source, clock: FixedClock) -> AccessToken:
    return AccessToken(fetch=source, clock=clock)


async def test_many_callers_share_one_fetch(token: AccessToken, source: Source) -> None:
    assert set(await asyncio.gather(*(token.get() for _ in range(50)))) == {"token-1"}
    assert source.fetched == 1


async def test_it_is_renewed_before_it_ends(
    token: AccessToken, source: Source, clock: FixedClock
) -> None:
    await token.get()
    clock.advance(timedelta(seconds=7200 - 241))
    assert await token.get() == "token-1"
    clock.advance(timedelta(seconds=2))
    assert await token.get() == "token-2"


async def test_a_failed_renewal_falls_back_to_what_is_still_good(
    token: AccessToken, source: Source, clock: FixedClock
) -> None:
    await token.get()
    source.down = True
    clock.advance(timedelta(seconds=7100))
    assert await token.get() == "token-1"
    clock.advance(timedelta(seconds=101))
    with pytest.raises(ApiFailed):
        await token.get()


async def test_refusing_an_old_token_keeps_the_new_one(token: AccessToken, source: Source) -> None:
    first = await token.get()
    token.drop(first)
    second = await token.get()
    token.drop(first)
    assert await token.get() == second
    assert source.fetched == 2


def test_a_grant_does_not_show_its_token() -> None:
    assert "secret" not in repr(Grant("secret", 7200))
