"""Starts what is compared, the product and bare Rasa, and reads what their processes use."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import httpx
import psutil
import yaml

from app.topics import topic_examples
from bot.training import model_path, rasa_python
from core.processes import free_port
from core.settings import ROOT, Settings

READY_SECONDS = 180.0
STOP_SECONDS = 15.0


class NotReady(Exception):
    """A process did not come up; the text has the end of its log."""


class Started:
    """A process of the benchmark's own: started at once, waited for, ended."""

    def __init__(
        self, name: str, command: list[str], *, env: Mapping[str, str], cwd: Path, log: Path
    ) -> None:
        self._name = name
        self._log = log
        self._begun = time.monotonic()
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                command, cwd=cwd, env={**os.environ, **env}, stdin=subprocess.DEVNULL,
                stdout=output, stderr=subprocess.STDOUT, start_new_session=True,
            )  # fmt: skip

    @property
    def process(self) -> psutil.Process:
        return psutil.Process(self._process.pid)

    def wait_until(self, ready: Callable[[], bool]) -> float:
        """Seconds from the start until `ready`. Raises NotReady."""
        while time.monotonic() - self._begun < READY_SECONDS:
            if ready():
                return time.monotonic() - self._begun
            if self._process.poll() is not None:
                break
            time.sleep(0.05)
        # The folder of the log is temporary, so its end is told here.
        told = "\n".join(self._log.read_text("utf-8", errors="replace").splitlines()[-15:])
        raise NotReady(f"{self._name} did not come up:\n{told}")

    def stop(self) -> None:
        self._process.terminate()
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def answers(url: str, status: int = 200) -> bool:
    try:
        return httpx.get(url, timeout=5, trust_env=False).status_code == status
    except httpx.HTTPError:
        return False


class Product:
    """`bangban run` in a home of its own."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.token = secrets.token_urlsafe(24)
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._started: Started | None = None

    def launch(self) -> None:
        """Start it without waiting."""
        self.home.mkdir(parents=True, exist_ok=True)
        program = Path(sys.executable).with_name("bangban")
        env = {
            "BANGBAN_HOME": str(self.home),
            "PORT": str(self.port),
            "BANGBAN_SIMULATORS": "false",
            "BANGBAN_RASA_TOKEN": self.token,
        }
        log = self.home / "benchmark.log"
        self._started = Started("the product", [str(program), "run"], env=env, cwd=ROOT, log=log)

    def wait_ready(self) -> float:
        """Seconds from the command to "ready" of every part."""
        assert self._started is not None
        return self._started.wait_until(lambda: answers(f"{self.url}/readyz"))

    @property
    def server(self) -> psutil.Process:
        assert self._started is not None
        return self._started.process

    @property
    def rasa(self) -> psutil.Process:
        for child in self.server.children(recursive=True):
            if "bot.components.serve" in child.cmdline():
                return child
        raise NotReady(f"the product has started no Rasa, see {self.home}")

    @property
    def rasa_url(self) -> str:
        command = self.rasa.cmdline()
        return f"http://127.0.0.1:{command[command.index('--port') + 1]}"

    def stop(self) -> None:
        if self._started is not None:
            self._started.stop()
            self._started = None


class BareRasa:
    """`rasa run --enable-api` as its makers ship it: stock REST channel, trackers in memory, all its defaults.

    It has the product's model and calls the product's address for actions.
    """

    def __init__(self, folder: Path, product: Product) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._folder = folder
        self._product = product
        self._started: Started | None = None

    def launch(self) -> None:
        """Start it without waiting."""
        self._folder.mkdir(parents=True, exist_ok=True)
        action = {"url": f"{self._product.url}/webhook", "token": self._product.token}
        endpoints, credentials = self._folder / "endpoints.yml", self._folder / "credentials.yml"
        endpoints.write_text(yaml.safe_dump({"action_endpoint": action}), "utf-8")
        credentials.write_text("rest:\n", "utf-8")
        command = [
            str(rasa_python(ROOT)), "-m", "rasa", "run", "--enable-api", "--interface", "127.0.0.1",
            "--port", str(self.port),
            "--model", str(model_path(ROOT, Settings().model_dir, topic_examples())),
            "--endpoints", str(endpoints), "--credentials", str(credentials),
        ]  # fmt: skip
        # The model names the project's entity extractor, so that has to be importable.
        env = {"PYTHONPATH": str(ROOT), "RASA_TELEMETRY_ENABLED": "false"}
        log = self._folder / "rasa.log"
        self._started = Started("bare Rasa", command, env=env, cwd=ROOT, log=log)

    def wait_ready(self) -> float:
        """Seconds from the command to a loaded model."""
        assert self._started is not None
        return self._started.wait_until(lambda: answers(f"{self.url}/status"))

    @property
    def process(self) -> psutil.Process:
        assert self._started is not None
        return self._started.process

    def stop(self) -> None:
        if self._started is not None:
            self._started.stop()
            self._started = None


def cpu_seconds(process: psutil.Process) -> float:
    """What the process has computed so far, in itself and in the kernel."""
    times = process.cpu_times()
    return times.user + times.system


def memory_mb(process: psutil.Process) -> dict[str, float]:
    """Resident, proportional and unique memory in MB (2**20 bytes)."""
    info = process.memory_full_info()
    return {
        name: getattr(info, name) / 2**20 for name in ("rss", "pss", "uss") if hasattr(info, name)
    }
