"""Heavy work of the index in processes of their own, which end when the server does."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

from core.errors import Unavailable
from core.processes import die_with_parent

_ROOT = Path(__file__).resolve().parents[2]
TIMEOUT_SECONDS = 1800
# Behind everything that citizens wait for.
_NICENESS = 10


class Children:
    """Runs our modules as processes. `end` may be called from another thread than `run`."""

    def __init__(self) -> None:
        self._running: set[subprocess.Popen[str]] = set()
        self._ended = False
        self._lock = threading.Lock()

    def run(self, module: str, argument: Path, *, doing: str) -> None:
        """`python -m module argument`, until it has ended. Raises Unavailable when it fails or is ended."""
        environment = os.environ | {"TOKENIZERS_PARALLELISM": "false", "HF_HUB_OFFLINE": "1"}
        with self._lock:
            if self._ended:
                raise Unavailable(f"{doing}中断：服务正在停止。", part="index")
            process = subprocess.Popen(
                [sys.executable, "-m", module, str(argument)], cwd=_ROOT, env=environment,
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
                start_new_session=True, preexec_fn=_start,
            )  # fmt: skip
            self._running.add(process)
        try:
            _, errors = process.communicate(timeout=TIMEOUT_SECONDS)
        except subprocess.TimeoutExpired as error:
            raise Unavailable(f"{doing}超时。", part="index") from error
        finally:
            process.kill()
            process.wait()
            with self._lock:
                self._running.discard(process)
        if process.returncode != 0:
            reason = errors.strip().split("\n")[-1][:300]
            raise Unavailable(
                f"{doing}失败：{reason or f'退出码 {process.returncode}'}", part="index"
            )

    def end(self) -> None:
        """Kill what runs and start nothing more: the server is stopping and must not wait for it."""
        with self._lock:
            self._ended = True
            for process in self._running:
                process.kill()

    def allow(self) -> None:
        """Undo `end`: a server has started."""
        with self._lock:
            self._ended = False


def _start() -> None:
    die_with_parent()
    os.nice(_NICENESS)
