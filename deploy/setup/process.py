"""Runs the tools that the steps call, logs their output, and ends them on interruption."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
from collections import deque
from collections.abc import Mapping, Sequence
from pathlib import Path

from deploy.setup.errors import SetupError

TAIL_LINES = 25

_running: set[subprocess.Popen[str]] = set()
_lock = threading.Lock()
_ended = False


class ToolFailed(Exception):
    """A tool ended with an error; `output` is the tail of what it said."""

    def __init__(self, command: Sequence[str], code: int, output: str) -> None:
        super().__init__(f"{Path(command[0]).name} ended with code {code}")
        self.output = output


class Tools:
    """Runs commands for one step: same folder, same environment, one log file."""

    def __init__(self, *, cwd: Path, environ: Mapping[str, str], log: Path) -> None:
        self.cwd = cwd
        self.environ = dict(environ)
        self.log = log
        self.last_line = ""

    def run(self, *command: str | Path, cwd: Path | None = None, advice: str | None = None) -> str:
        """Runs `command` to its end and returns the tail of its output.

        Raises SetupError with `advice` when it fails, or ToolFailed when there is none to give.
        """
        arguments = [str(part) for part in command]
        tail: deque[str] = deque(maxlen=TAIL_LINES)
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("a", encoding="utf-8") as log:
            log.write(f"$ {' '.join(arguments)}\n")
            try:
                process = self._start(arguments, cwd or self.cwd)
            except OSError as error:
                tail.append(str(error))
                code = 127
            else:
                assert process.stdout is not None
                for line in process.stdout:
                    log.write(line)
                    tail.append(line.rstrip())
                    self.last_line = line.strip() or self.last_line
                code = process.wait()
                with _lock:
                    _running.discard(process)
        output = "\n".join(tail)
        if code == 0:
            return output
        failure = ToolFailed(arguments, code, output)
        if advice is None:
            raise failure
        raise SetupError(str(failure), advice=advice, output=output)

    def _start(self, arguments: list[str], cwd: Path) -> subprocess.Popen[str]:
        # A session of its own: `end_all` reaches npm's and uv's children as well.
        with _lock:
            if _ended:
                raise SetupError("interrupted", advice="repeat the command")
            process = subprocess.Popen(
                arguments,
                cwd=cwd,
                env=self.environ,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                encoding="utf-8",
                errors="replace",
                start_new_session=True,
            )
            _running.add(process)
        return process


def end_all() -> None:
    """Ends every tool that is still running, with its children; no other may start after it."""
    global _ended
    with _lock:
        _ended = True
        for process in _running:
            try:
                os.killpg(process.pid, signal.SIGTERM)
            except ProcessLookupError:
                continue
