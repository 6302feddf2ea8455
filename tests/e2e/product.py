"""The whole product as a newcomer starts it: `bangban run` in a process of its own, and its command line."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from core.processes import free_port

BANGBAN = Path(sys.prefix) / "bin" / "bangban"
# The first start on a machine trains the bot; with its model in the cache it takes some fifteen seconds.
START_SECONDS = 240
STOP_SECONDS = 20
COMMAND_SECONDS = 60
LAST_LINE = "按 Ctrl-C 停止。"
ADDRESSES = {
    "url": "演示网页",
    "console_url": "坐席工作台",
    "wechat_url": "公众号模拟",
    "admin_login": "管理员账号",
    "admin_password": "初始密码",
}


@dataclass(frozen=True)
class Product:
    """A running product; the fields are what it printed. Addresses end with a slash."""

    environ: dict[str, str]
    folder: Path
    url: str
    console_url: str
    wechat_url: str
    admin_login: str
    admin_password: str

    @property
    def fund_url(self) -> str:
        """The stand-in for the business system; it runs beside WeChat's."""
        return self.wechat_url.replace("/wechat/", "/fund")

    @property
    def sms_url(self) -> str:
        """The stand-in for the SMS gateway with its phones; GET `phones` under it lists their texts."""
        return self.wechat_url.replace("/wechat/", "/sms/")

    async def command(self, *arguments: str, line: str = "") -> str:
        """Run `bangban ARGUMENTS` beside the server, with `line` on its standard input; what it printed."""
        process = await asyncio.create_subprocess_exec(
            BANGBAN, *arguments, env=self.environ, cwd=self.folder, stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        async with asyncio.timeout(COMMAND_SECONDS):
            output, errors = await process.communicate(f"{line}\n".encode())
        assert process.returncode == 0, errors.decode()
        return output.decode()


@asynccontextmanager
async def started(folder: Path) -> AsyncIterator[Product]:
    """Start with a new home in `folder`, yield when it says that it is ready, end it by SIGTERM."""
    ours = {
        "BANGBAN_HOME": str(folder / "home"),
        "PORT": str(free_port()),
        "BANGBAN_SIMULATORS": "true",
        "PYTHONUNBUFFERED": "1",
    }
    # The developer's own settings are not under test, a proxy would not know our addresses.
    inherited = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("BANGBAN_") and not name.lower().endswith("_proxy")
    }
    environ = inherited | ours
    with (folder / "errors.log").open("wb") as errors:
        process = await asyncio.create_subprocess_exec(
            BANGBAN, "run", env=environ, cwd=folder, stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE, stderr=errors, start_new_session=True,
        )  # fmt: skip
    try:
        printed = await _announcement(process, folder)
        product = Product(environ, folder, **printed)
        async with httpx.AsyncClient(trust_env=False) as http:
            ready = await http.get(f"{product.url}readyz")
        assert ready.json()["status"] == "ready", ready.text
        yield product
    finally:
        await _end(process)


async def _announcement(process: asyncio.subprocess.Process, folder: Path) -> dict[str, str]:
    """The values of the lines it prints when it is ready, by the names in ADDRESSES."""
    assert process.stdout is not None
    printed = ""
    try:
        async with asyncio.timeout(START_SECONDS):
            while LAST_LINE not in printed:
                line = await process.stdout.readline()
                assert line, f"bangban run ended:\n{printed}{_errors(folder)}"
                printed += line.decode()
    except TimeoutError:
        raise AssertionError(f"not ready in time:\n{printed}{_errors(folder)}") from None
    found = {name: re.search(rf"{label}\s+(\S+)", printed) for name, label in ADDRESSES.items()}
    missing = [ADDRESSES[name] for name, match in found.items() if match is None]
    assert not missing, f"{missing} not printed:\n{printed}"
    return {name: match[1] for name, match in found.items() if match}


def _errors(folder: Path) -> str:
    return (folder / "errors.log").read_text("utf-8", "replace")[-4000:]


async def _end(process: asyncio.subprocess.Process) -> None:
    """SIGTERM, and nothing it started may be left. What is left all the same is killed, then complained about."""
    if process.returncode is not None:
        return
    children = _descendants(process.pid)
    process.send_signal(signal.SIGTERM)
    try:
        async with asyncio.timeout(STOP_SECONDS):
            await process.communicate()
    except TimeoutError:
        process.kill()
        await process.communicate()
    left = {pid: name for pid, name in children.items() if _name(pid) == name}
    for pid in left:
        os.kill(pid, signal.SIGKILL)
    assert not left, f"still running after the end: {left}"
    assert process.returncode == 0, f"ended with status {process.returncode}"


def _descendants(pid: int) -> dict[int, str]:
    """The processes below `pid` with their command lines; empty where there is no /proc."""
    parents: dict[int, int] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            # The name in brackets may hold spaces: the parent is the second field after it.
            parents[int(stat.parent.name)] = int(stat.read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue  # ended while we looked
    below = {pid}
    while more := {child for child, parent in parents.items() if parent in below} - below:
        below |= more
    return {child: _name(child) for child in below - {pid}}


def _name(pid: int) -> str:
    """The command line of a running process, else nothing."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ").strip()
    except OSError:
        return ""
