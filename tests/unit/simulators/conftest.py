"""The WeChat stand-in with a product that takes everything."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.wechat import WeChat, simulated


@pytest.fixture
async def wechat() -> AsyncIterator[WeChat]:
    world = simulated()
    yield world
    await world.state.settle()
    await world.http.aclose()
    await world.state.post.http.aclose()


@pytest.fixture
def mini(wechat: WeChat) -> WeChat:
    """The same, seen from the mini-program."""
    return wechat.as_mini_program()
