"""A whole server, and WeChat's stand-in as another one on a port of its own: an official account and a mini-program."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import uvicorn

from app.server import listen
from channels.tencent.accounts.credentials import Credentials
from core.processes import free_port
from core.settings import Settings
from knowledge.retrieval.refresher import IndexBuilder
from simulators.wechat.app import build_app
from simulators.wechat.settings import AccountSettings, MiniProgramSettings, WeChatSettings
from tests.fakes import ScriptedBot
from tests.integration.app.clients import PATIENCE, VisitorClient
from tests.integration.app.site import Site, running

ACCOUNT, MINI = "wechat", "miniprogram"
OPENID = {ACCOUNT: "oOfficial1", MINI: "oMiniProgram1"}


@dataclass
class Town:
    site: Site
    wechat: httpx.AsyncClient
    official: AccountSettings
    mini: AccountSettings

    async def connect(self, mini_mode: str = "encrypted", **mini: Any) -> None:
        """Both accounts, each an inbox of its own name."""
        container = self.site.container
        async with container.uows.write() as uow:
            await container.weixin.wechat.accounts.connect(
                uow, inbox_id=ACCOUNT, name="公众号", app_id=self.official.app_id, mode="encrypted",
                credentials=secrets_of(self.official), actor="test", page_login=True,
            )  # fmt: skip
            await container.weixin.miniprogram.accounts.connect(
                uow, inbox_id=MINI, name="小程序", app_id=self.mini.app_id, mode=mini_mode,  # type: ignore[arg-type]
                form="json", credentials=secrets_of(self.mini), actor="test", **mini,
            )  # fmt: skip

    async def does(self, what: str, **body: Any) -> dict[str, Any]:
        """The citizen's side of the stand-in."""
        account = body.pop("account", MINI)
        body = {"openid": OPENID[account], "account": account, **body}
        answer = await self.wechat.post(f"/_citizen/{what}", json=body)
        assert answer.status_code == 200, answer.text
        result: dict[str, Any] = answer.json()
        return result

    async def say(self, text: str, account: str = MINI) -> None:
        assert (await self.does("send", text=text, account=account))["accepted"] is True

    async def code(self) -> str:
        """What wx.login gives."""
        return str((await self.does("login"))["code"])

    async def chat(self, account: str = MINI) -> list[dict[str, Any]]:
        answer = await self.wechat.get(
            f"/_citizen/{OPENID[account]}/messages", params={"account": account}
        )
        lines: list[dict[str, Any]] = answer.json()["messages"]
        return lines

    async def shown(self, text: str, account: str = MINI) -> dict[str, Any]:
        """The line with `text`, once the account has sent it."""
        async with asyncio.timeout(PATIENCE):
            while True:
                for line in await self.chat(account):
                    if line["sender"] == "account" and text in line["text"]:
                        return line
                # Another process's doing, which says nothing when it is done.
                await asyncio.sleep(0.02)

    async def one_person(self) -> str:
        """The citizen of both accounts is one; the unionid."""
        answer = await self.wechat.post("/_control/people", json={"openids": OPENID})
        return str(answer.json()["unionid"])

    def page(self, **auth: Any) -> VisitorClient:
        """The mini-program's chat page."""
        client = VisitorClient(self.site.url, inbox=MINI)
        client._auth = {"inbox": MINI, **auth}
        return client


def secrets_of(played: AccountSettings) -> Credentials:
    return Credentials(
        token=played.token, app_secret=played.app_secret, encoding_aes_key=played.aes_key
    )


@asynccontextmanager
async def founded(
    settings: Settings, builder: IndexBuilder, bot: ScriptedBot
) -> AsyncIterator[Town]:
    port = free_port()
    ours = f"http://{settings.host}:{settings.port}/channels"
    official = WeChatSettings(callback_url=f"{ours}/wechat/{ACCOUNT}", retry_pause_seconds=0)
    mini = MiniProgramSettings(callback_url=f"{ours}/miniprogram/{MINI}", retry_pause_seconds=0)
    to_product = httpx.AsyncClient(trust_env=False)
    simulator = uvicorn.Server(
        uvicorn.Config(
            build_app(official, mini, http=to_product), log_level="warning", lifespan="off"
        )
    )
    listener = listen(settings.host, port)
    serving = asyncio.create_task(simulator.serve(sockets=[listener]))
    base = f"http://{settings.host}:{port}"
    there = settings.model_copy(update={"wechat_api_base": base, "wechat_open_base": base})
    try:
        async with (
            running(there, builder, bot=bot) as site,
            httpx.AsyncClient(base_url=base, trust_env=False, timeout=20) as http,
        ):
            yield Town(site, http, official, mini)
    finally:
        simulator.should_exit = True
        await serving
        listener.close()
        await to_product.aclose()
