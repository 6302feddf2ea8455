"""Child processes end when they are told, and when the server is killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from core.errors import Unavailable
from core.settings import ROOT
from knowledge.retrieval.children import Children

HANGING = "tests.unit.knowledge.hanging"


def test_a_child_ends_when_it_is_told_and_nothing_starts_afterwards(tmp_path) -> None:
    children = Children()
    failures: list[Exception] = []

    def run() -> None:
        try:
            children.run(HANGING, tmp_path / "started", doing="测试")
        except Unavailable as error:
            failures.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    _wait_for(tmp_path / "started")
    pid = int((tmp_path / "started").read_text())
    children.end()
    thread.join(timeout=10)
    assert not thread.is_alive()
    assert len(failures) == 1
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    with pytest.raises(Unavailable, match="正在停止"):
        children.run(HANGING, tmp_path / "again", doing="测试")


@pytest.mark.skipif(
    sys.platform != "linux", reason="only Linux tells a child of its parent's death"
)
def test_a_killed_server_leaves_no_process_and_no_half_segment(tmp_path) -> None:
    """A real kill in the middle of a rebuild, and a start afterwards."""
    code = (
        "import sys; from pathlib import Path; from knowledge.retrieval.children import Children;"
        f"Children().run({HANGING!r}, Path(sys.argv[1]), doing='x')"
    )
    server = subprocess.Popen([sys.executable, "-c", code, str(tmp_path / "started")], cwd=ROOT)
    _wait_for(tmp_path / "started")
    pid = int((tmp_path / "started").read_text())
    server.send_signal(signal.SIGKILL)
    server.wait()
    deadline = time.monotonic() + 10
    while _lives(pid) and time.monotonic() < deadline:
        os.sched_yield()
    assert not _lives(pid)


def _lives(pid: int) -> bool:
    try:
        # A zombie waits for whoever adopted it; it does nothing any more.
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except OSError:
        return False
    return state != "Z"


def _wait_for(path: Path) -> None:
    deadline = time.monotonic() + 30
    while not (path.exists() and path.read_text()):
        assert time.monotonic() < deadline, "the child did not start"
        os.sched_yield()
