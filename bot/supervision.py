"""The Rasa process that belongs to this server: started, restarted when it dies or hangs. `bangban run`, tests."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path

import httpx

from bot.training import rasa_environment, rasa_python
from core.errors import Unavailable
from core.processes import ChildProcess, free_port, wait_until

log = logging.getLogger(__name__)

START_TIMEOUT_SECONDS = 90.0
# A process that is alive and does not answer for so many looks in a row is killed and started again. One turn takes
# milliseconds; a second or two can pass under load, a quarter of a minute cannot.
LOOK_SECONDS, ANSWER_SECONDS, LOOKS = 5.0, 5.0, 3


class RasaProcess(ChildProcess):
    """One Rasa server on the loopback interface."""

    def __init__(
        self,
        root: Path,
        model: Path,
        *,
        token: str,
        action_url: str,
        log_file: Path,
        port: int | None = None,
    ) -> None:
        self.port = port or free_port()
        self._token = token
        # The process that has answered: a new one may take its time to load.
        self._answered: int | None = None
        super().__init__(
            "Rasa",
            [
                rasa_python(root), "-m", "bot.components.serve",
                "--model", model, "--port", str(self.port),
            ],
            env=rasa_environment(root)
            | {"BANGBAN_RASA_TOKEN": token, "BANGBAN_ACTION_URL": action_url},
            cwd=root,
            log_file=log_file,
        )  # fmt: skip

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def start(self) -> None:
        """Launch it and wait until the model is loaded. Raises Unavailable, naming the log, when it is not."""
        self.launch()
        await self.wait_ready()

    async def wait_ready(self) -> None:
        """Wait for a launched one. Raises Unavailable when it ends or takes too long."""
        async with httpx.AsyncClient(trust_env=False) as client:

            async def settled() -> bool:
                return self.pid is None or await self.answers(client)

            in_time = await wait_until(settled, seconds=START_TIMEOUT_SECONDS)
        if self.pid is None:
            raise Unavailable(f"Rasa 没有启动成功，原因见 {self.log_file}。", part="rasa")
        if not in_time:
            raise Unavailable(f"Rasa 启动超时，见 {self.log_file}。", part="rasa")
        self._answered = self.pid

    async def answers(self, client: httpx.AsyncClient, seconds: float = 2.0) -> bool:
        """Whether it answers and has loaded its model."""
        try:
            response = await client.get(
                f"{self.url}/status", params={"token": self._token}, timeout=seconds
            )
        except httpx.HTTPError:
            return False
        return response.status_code == httpx.codes.OK

    async def watch(self) -> None:
        """Start it again when it dies, and when it hangs. Ends after `stop`."""
        looking = asyncio.create_task(self._look())
        try:
            await super().watch()
        finally:
            looking.cancel()
            await asyncio.gather(looking, return_exceptions=True)

    async def _look(self) -> None:
        """Kill it when it has answered once and does not any more."""
        missed = 0
        async with httpx.AsyncClient(trust_env=False) as client:
            while True:
                await asyncio.sleep(LOOK_SECONDS)
                pid = self.pid
                if pid is None or self._stopping:
                    continue
                if await self.answers(client, ANSWER_SECONDS):
                    self._answered, missed = pid, 0
                elif pid == self._answered:
                    missed += 1
                    log.warning("Rasa did not answer, %s of %s", missed, LOOKS)
                if missed >= LOOKS:
                    log.error("Rasa hangs; killing it so that it is started again")
                    self.kill()
                    self._answered, missed = None, 0
