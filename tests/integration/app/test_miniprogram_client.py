"""The mini-program itself, built and run by Node on a stand-in of the phone, against a server that dies meanwhile."""

from __future__ import annotations

import asyncio
import json
import subprocess
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, nullcontext
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from fastapi import FastAPI

from channels.miniprogram.accounts import MiniPrograms
from channels.tencent.accounts.credentials import Credentials
from core.clock import SystemClock
from core.database import Database
from core.processes import free_port
from core.secrets.store import SecretStore
from core.settings import ROOT, Settings
from core.unit_of_work import UnitOfWorkFactory
from deploy.setup import npm
from deploy.setup.node import find_node
from deploy.setup.project import Project
from tests.integration.app.clients import PATIENCE
from tests.integration.app.processes import RasaStandIn, ServerProcess
from tests.integration.app.site import on_sqlite, settings_for
from tests.integration.app.uploads import photo

INBOX = "mini"


@asynccontextmanager
async def wechat() -> AsyncIterator[str]:
    """WeChat's jscode2session for one citizen."""
    app = FastAPI()

    @app.get("/sns/jscode2session")
    async def session() -> dict[str, str]:
        return {"openid": "oCitizen000000000000000000001", "session_key": "never kept"}

    port = free_port()
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_config=None, access_log=False))
    # Signals are the test run's.
    server.capture_signals = nullcontext  # type: ignore[method-assign]
    serving = asyncio.create_task(server.serve())
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        await serving


class Phone:
    """The mini-program's process: told what to do, and tells what it shows."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self.shown: dict[str, Any] = {}

    async def do(self, task: str, value: str = "") -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"task": task, "value": value}).encode() + b"\n")
        await self._process.stdin.drain()

    async def shows(self, fits: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """What is shown once it is so."""
        assert self._process.stdout is not None
        try:
            async with asyncio.timeout(PATIENCE):
                while not (self.shown and fits(self.shown)):
                    line = await self._process.stdout.readline()
                    assert line, "the mini-program's process has ended"
                    self.shown = json.loads(line)
        except TimeoutError:
            pytest.fail(f"the mini-program shows {self.shown}")
        return self.shown


@pytest.fixture(scope="module")
def client() -> list[str]:
    """The command that runs the built mini-program."""
    project = Project(ROOT)
    node = find_node(project)
    if node is None or not (ROOT / npm.MINIPROGRAM.name / "node_modules").is_dir():
        pytest.skip("the mini-program's packages are not installed (make test does)")
    built = subprocess.run(
        [*node.npm, "run", "--silent", "test", "--", "--live"],
        cwd=npm.MINIPROGRAM.path(project), env=node.environ(project.child_environ()),
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    return [str(node.node), built.stdout.strip().splitlines()[-1]]


@pytest.fixture
async def rasa() -> AsyncIterator[RasaStandIn]:
    async with RasaStandIn().running() as standing_in:
        yield standing_in


@pytest.fixture
async def server(
    tmp_path: Path,
    database_url: str,
    encoder: Path,
    rasa: RasaStandIn,
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncIterator[ServerProcess]:
    async with wechat() as wechat_url:
        monkeypatch.setenv("BANGBAN_WECHAT_API_BASE", wechat_url)
        settings = settings_for(tmp_path / "home", database_url, encoder, rasa_url=rasa.url)
        server = ServerProcess(settings, tmp_path)
        await server.start()
        await connect_account(settings)
        yield server
        await server.stop()


async def connect_account(settings: Settings) -> None:
    database = Database(settings.resolved_database_url)
    accounts = MiniPrograms(store=SecretStore(settings.load_secret_key()))
    async with UnitOfWorkFactory(database, SystemClock()).write() as uow:
        await accounts.connect(
            uow, inbox_id=INBOX, name="小程序", app_id="wxmini0001", mode="encrypted", form="json",
            credentials=Credentials.random(), actor="test",
        )  # fmt: skip
    await database.close()


@asynccontextmanager
async def opened(client: list[str], server: ServerProcess) -> AsyncIterator[Phone]:
    process = await asyncio.create_subprocess_exec(
        *client, server.url, INBOX, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    try:
        yield Phone(process)
    finally:
        process.kill()
        await process.wait()


@on_sqlite  # what is tested is the client; the server's side is tested on both
async def test_a_conversation_goes_on_where_the_server_died_and_nothing_is_lost_or_doubled(
    client: list[str], server: ServerProcess, tmp_path: Path
) -> None:
    picture = tmp_path / "photo.jpg"
    picture.write_bytes(photo())
    texts = [f"第{number}句" for number in range(6)]
    async with opened(client, server) as phone:
        await phone.do("say", "你好")
        await phone.shows(lambda now: now["heard"] == ["您说：你好"])
        await phone.do("file", str(picture))
        await phone.shows(lambda now: now["said"] == ["你好", "我的材料.jpg"])
        for text in texts[:3]:
            await phone.do("say", text)
        await phone.shows(lambda now: texts[0] in now["said"])
        await server.kill()
        await phone.shows(lambda now: now["status"] == "offline")
        for text in texts[3:]:
            await phone.do("say", text)
        await phone.shows(lambda now: now["drafts"] >= len(texts[3:]))
        await server.start()
        await phone.do("network")
        await phone.do("say", "最后一句")
        now = await phone.shows(
            lambda now: (
                not now["drafts"] and "您说：最后一句" in now["heard"] and len(now["heard"]) > 8
            )
        )
    wanted = ["你好", "我的材料.jpg", *texts, "最后一句"]
    assert now["said"] == wanted
    assert now["failed"] == []
    assert now["seqs"] == list(range(1, len(now["seqs"]) + 1))
    answered = [line for line in now["heard"] if line.startswith("您说：")]
    assert answered == [f"您说：{text}" for text in wanted if text != "我的材料.jpg"]
    # WeChat was asked once who this is; afterwards the token said it.
    assert now["logins"] == 1
