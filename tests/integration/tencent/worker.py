"""A server of its own, as far as tokens go: `python -m tests.integration.tencent.worker DATABASE WECHAT SECRET`.

Says that it is ready, waits for a line, makes calls, and says which answers and which generation it had.
"""

from __future__ import annotations

import asyncio
import json
import sys

import httpx

from channels.tencent.api.client import ApiClient, Tools
from channels.tencent.api.health import Health
from channels.tencent.api.token import AccessTokens
from core.clock import SystemClock
from core.database import Database
from core.secrets.store import SecretStore
from core.unit_of_work import UnitOfWorkFactory

TYPING = "/cgi-bin/message/custom/typing"


async def work(database_url: str, base: str, secret: str) -> None:
    database = Database(database_url)
    uows = UnitOfWorkFactory(database, SystemClock())
    async with httpx.AsyncClient(trust_env=False) as http:
        store = SecretStore("installation-key")
        tools = Tools(http, AccessTokens(uows=uows, store=store), Health(uows))
        client = ApiClient(
            tools, account="wechat/wx", base_url=base, app_id="wx1234567890abcdef", secret=secret
        )
        print("ready", flush=True)  # noqa: T201
        await asyncio.to_thread(sys.stdin.readline)
        body = {"touser": "nobody", "command": "Typing"}
        answers = await asyncio.gather(*(client.call(TYPING, body) for _ in range(3)))
    await database.close()
    print(json.dumps([answer["errcode"] for answer in answers]), flush=True)  # noqa: T201


asyncio.run(work(*sys.argv[1:]))
