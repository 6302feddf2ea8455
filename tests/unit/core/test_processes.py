"""Child processes: started again when they die, ended with whatever they started, gone with their parent."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from core import processes
from core.processes import ChildProcess, free_port, wait_until
from core.settings import ROOT


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "BACKOFF", (0.01,))
    monkeypatch.setattr(processes, "STOP_SECONDS", 0.5)


def _child(tmp_path: Path, script: str, **env: str) -> ChildProcess:
    return ChildProcess(
        "child",
        ["/bin/sh", "-c", script],
        env=env,
        cwd=tmp_path,
        log_file=tmp_path / "logs" / "child.log",
    )


async def _wrote(tmp_path: Path, *lines: str) -> bool:
    """Wait until the child's output holds these lines."""
    log = tmp_path / "logs" / "child.log"

    async def there() -> bool:
        written = log.read_text().splitlines() if log.exists() else []
        return all(written.count(line) >= lines.count(line) for line in lines)

    return await wait_until(there, seconds=10, every=0.02)


@asynccontextmanager
async def _running(child: ChildProcess) -> AsyncIterator[None]:
    child.launch()
    watching = asyncio.create_task(child.watch())
    try:
        yield
    finally:
        await child.stop()
        await watching


def _state(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return "Z"


async def _ends(pid: int) -> bool:
    async def gone() -> bool:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        # A zombie has ended; its parent has only not asked yet.
        return _state(pid) == "Z"

    return await wait_until(gone, seconds=10, every=0.02)


async def test_it_gets_its_environment_and_folder_and_its_output_is_kept(tmp_path: Path) -> None:
    child = _child(tmp_path, "pwd; echo $GREETING; echo oops >&2; exec sleep 60", GREETING="hello")
    async with _running(child):
        assert await _wrote(tmp_path, str(tmp_path), "hello", "oops")
        assert child.pid is not None
    assert child.pid is None


async def test_it_is_started_again_whenever_it_dies(tmp_path: Path) -> None:
    async with _running(_child(tmp_path, "echo up; exit 3")):
        assert await _wrote(tmp_path, "up", "up", "up")


async def test_a_killed_one_comes_back_as_another_process(tmp_path: Path) -> None:
    child = _child(tmp_path, "echo up; exec sleep 60")
    async with _running(child):
        assert await _wrote(tmp_path, "up")
        first = child.pid
        assert first is not None
        os.kill(first, signal.SIGKILL)
        assert await _wrote(tmp_path, "up", "up")
        assert child.pid not in (None, first)


async def test_stopping_ends_it_and_what_it_started(tmp_path: Path) -> None:
    child = _child(tmp_path, "sleep 60 & echo $!; echo up; wait")
    async with _running(child):
        assert await _wrote(tmp_path, "up")
        pid = child.pid
        inner = int((tmp_path / "logs" / "child.log").read_text().split()[0])
    assert pid is not None
    assert await _ends(pid)
    assert await _ends(inner)


async def test_one_that_does_not_listen_is_killed(tmp_path: Path) -> None:
    child = _child(tmp_path, "trap '' TERM; echo up; while true; do sleep 0.1; done")
    async with _running(child):
        assert await _wrote(tmp_path, "up")
        pid = child.pid
    assert pid is not None
    assert await _ends(pid)


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's part in it is Linux's")
async def test_it_does_not_outlive_a_parent_that_is_killed(tmp_path: Path) -> None:
    parent = await asyncio.create_subprocess_exec(
        sys.executable, "-c",
        "import asyncio, sys\n"
        "from pathlib import Path\n"
        "from core.processes import ChildProcess\n"
        "folder = Path(sys.argv[1])\n"
        "child = ChildProcess('child', ['/bin/sh', '-c', 'echo $$; exec sleep 60'],"
        " env={}, cwd=folder, log_file=folder / 'logs' / 'child.log')\n"
        "child.launch()\n"
        "asyncio.run(child.watch())\n",
        str(tmp_path), cwd=ROOT,
    )  # fmt: skip
    log = tmp_path / "logs" / "child.log"

    async def written() -> bool:
        return log.exists() and log.read_text().strip() != ""

    assert await wait_until(written, seconds=20, every=0.02)
    parent.kill()
    await parent.wait()
    assert await _ends(int(log.read_text()))


async def test_waiting_ends_with_the_answer_or_the_time() -> None:
    answers = iter([False, False, True])

    async def ready() -> bool:
        return next(answers)

    async def never() -> bool:
        return False

    assert await wait_until(ready, seconds=10, every=0)
    assert not await wait_until(never, seconds=0.01, every=0)


def test_free_ports_can_be_bound() -> None:

    with socket.socket() as listener:
        listener.bind(("127.0.0.1", free_port()))
