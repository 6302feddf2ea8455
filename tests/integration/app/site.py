"""A whole server on a free port, in the test's own loop, and doors into it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from app.container import Container, build
from app.defaults import add_default_inboxes
from app.server import listen, serve
from bot.switching import LocalRasa
from core.auth.permissions import Role
from core.auth.service import create_account
from core.clock import Clock
from core.conversation.ports import Bot
from core.processes import free_port
from core.settings import Settings
from handoff.tickets.types import shipped as ticket_types
from knowledge.articles.seed import seed
from knowledge.retrieval.refresher import IndexBuilder, Refresher
from tests.integration.app.clients import AgentClient, VisitorClient

CONTENT = Path(__file__).parent / "content"
PASSWORD = "correct horse 1"
# For what does not depend on the kind of database.
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def settings_for(home: Path, database_url: str, encoder: Path, **more: object) -> Settings:
    """Settings of a test server, untouched by the developer's environment as far as they matter here."""
    values: dict[str, object] = {
        "home": home, "database_url": database_url, "encoder": str(encoder), "port": free_port(),
        "model_dir": encoder.parent / "cache" / "models", "redis_url": "", "rasa_url": "", "log_level": "WARNING",
    }  # fmt: skip
    return Settings(_env_file=None, **{**values, **more})  # type: ignore[arg-type]


@dataclass
class Site:
    """A running server. `http` has its address; `bot` is the one it was given, if any."""

    container: Container
    url: str
    http: httpx.AsyncClient

    async def add_account(self, login: str, role: Role = Role.AGENT, name: str = "") -> str:
        """A new account with PASSWORD; returns its id."""
        async with self.container.uows.write() as uow:
            account = await create_account(
                uow, login=login, name=name or login, role=role, password=PASSWORD, actor="test"
            )
            return account.id

    async def log_in(self, login: str) -> str:
        """A bearer token."""
        answer = await self.http.post(
            "/api/v1/auth/login", json={"login": login, "password": PASSWORD}
        )
        assert answer.status_code == 200, answer.text
        self.http.cookies.clear()
        token: str = answer.json()["token"]
        return token

    def visitor(self, token: str | None = None, inbox: str = "web") -> VisitorClient:
        return VisitorClient(self.url, token, inbox)

    @asynccontextmanager
    async def agent(self, login: str, role: Role = Role.AGENT) -> AsyncIterator[AgentClient]:
        """A new agent's open desk, online."""
        await self.add_account(login, role)
        async with AgentClient(self.url, await self.log_in(login)) as desk:
            await desk.call("set_presence", status="online")
            yield desk


@asynccontextmanager
async def running(
    settings: Settings,
    builder: IndexBuilder,
    *,
    bot: Bot | None = None,
    clock: Clock | None = None,
    rasa: LocalRasa | None = None,
) -> AsyncIterator[Site]:
    """The server with `settings`, from the first request to an orderly end."""
    container = build(settings, bot=bot, clock=clock, rasa=rasa)
    # One builder for all tests: dictionary and encoder are loaded once.
    knowledge = container.knowledge
    knowledge.refresher = Refresher(container.uows, knowledge.search, builder)
    async with container.uows.write() as uow:
        await add_default_inboxes(uow)
        await ticket_types.add_shipped(uow)
    await seed(container.uows, CONTENT)
    listener = listen(settings.host, settings.port)
    up, stop = asyncio.Event(), asyncio.Event()
    serving = asyncio.create_task(serve(container, listener, started=up, stop=stop))
    try:
        await _came_up(up, serving)
        url = f"http://{settings.host}:{settings.port}"
        async with httpx.AsyncClient(base_url=url, trust_env=False, timeout=20) as http:
            yield Site(container, url, http)
    finally:
        stop.set()
        await serving
        listener.close()


async def _came_up(up: asyncio.Event, serving: asyncio.Task[None]) -> None:
    """Wait for the server, or raise what kept it from starting."""
    waiting = asyncio.create_task(up.wait())
    await asyncio.wait({waiting, serving}, timeout=60, return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    if not up.is_set():
        serving.result()
        raise RuntimeError("the server did not start")
