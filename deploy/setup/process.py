"""Runs the tools that the steps call, logs their output, and ends them on interruption."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import threading
from collections import deque
from collections.abc import Mapping, Sequence
from itertools import islice
from pathlib import Path

from deploy.setup.errors import SetupError

TAIL_LINES = 25
COLOURS = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")  # some tools send them to files, too


class Processes:
    """The tools that run now, so that an interruption ends them all."""

    def __init__(self) -> None:
        self._running: set[subprocess.Popen[str]] = set()
        self._lock = threading.Lock()
        self._ended = False

    def start(
        self, arguments: list[str], *, cwd: Path, environ: Mapping[str, str]
    ) -> subprocess.Popen[str]:
        """Starts a tool in a session of its own: `end_all` reaches its children as well."""
        with self._lock:
            if self._ended:
                raise SetupError("interrupted", advice="repeat the command")
            process = subprocess.Popen(
                arguments,
                cwd=cwd,
                env=environ,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                encoding="utf-8",
                errors="replace",
                start_new_session=True,
            )
            self._running.add(process)
        return process

    def wait(self, process: subprocess.Popen[str]) -> int:
        code = process.wait()
        with self._lock:
            self._running.discard(process)
        return code

    def end_all(self) -> None:
        """Ends every tool that still runs, with its children; no other may start after it."""
        with self._lock:
            self._ended = True
            for process in self._running:
                try:
                    os.killpg(process.pid, signal.SIGTERM)
                except ProcessLookupError:
                    continue


class ToolFailed(Exception):
    """A tool ended with an error; `output` is the tail of what it said."""

    def __init__(self, command: Sequence[str], code: int, output: str) -> None:
        super().__init__(f"{Path(command[0]).name} ended with code {code}")
        self.output = output
        self.interrupted = code < 0  # ended by a signal


class Tools:
    """Runs commands for one step: same folder, same environment, one log file."""

    def __init__(
        self, processes: Processes, *, cwd: Path, environ: Mapping[str, str], log: Path
    ) -> None:
        self.processes = processes
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
        words = (part for part in arguments[1:] if not part.startswith("-"))
        self.last_line = " ".join([Path(arguments[0]).name, *islice(words, 2)])
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("a", encoding="utf-8") as log:
            log.write(f"$ {' '.join(arguments)}\n")
            try:
                process = self.processes.start(arguments, cwd=cwd or self.cwd, environ=self.environ)
            except OSError as error:
                tail.append(str(error))
                code = 127
            else:
                assert process.stdout is not None
                with process.stdout as lines:
                    for line in lines:
                        plain = COLOURS.sub("", line).rstrip()
                        log.write(f"{plain}\n")
                        tail.append(plain)
                        self.last_line = plain.strip() or self.last_line
                code = self.processes.wait(process)
        output = "\n".join(tail)
        if code == 0:
            return output
        failure = ToolFailed(arguments, code, output)
        if advice is None:
            raise failure
        raise SetupError(str(failure), advice=advice, output=output)
