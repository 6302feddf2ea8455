"""A new installation: what it starts with, also when several servers start it at once."""

from __future__ import annotations

import asyncio

from app.container import build
from app.install import prepare
from core.settings import Settings


async def test_of_servers_that_start_at_once_one_makes_the_administrator(
    settings: Settings,
) -> None:
    containers = [build(settings) for _ in range(2)]
    admins = await asyncio.gather(*(prepare(container) for container in containers))
    assert [admin.login for admin in admins if admin is not None] == ["admin"]
    assert await prepare(containers[0]) is None
    for container in containers:
        await container.close()
