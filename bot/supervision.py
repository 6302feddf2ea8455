"""The Rasa process that belongs to this server: `bangban run`, tests."""

from __future__ import annotations

from pathlib import Path

import httpx

from bot.training import rasa_environment, rasa_python
from core.errors import Unavailable
from core.processes import ChildProcess, free_port, wait_until

START_TIMEOUT_SECONDS = 90.0


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
        async with httpx.AsyncClient(trust_env=False) as client:

            async def settled() -> bool:
                return self.pid is None or await self._is_ready(client)

            in_time = await wait_until(settled, seconds=START_TIMEOUT_SECONDS)
        if self.pid is None:
            raise Unavailable(f"Rasa 没有启动成功，原因见 {self.log_file}。", part="rasa")
        if not in_time:
            raise Unavailable(f"Rasa 启动超时，见 {self.log_file}。", part="rasa")

    async def _is_ready(self, client: httpx.AsyncClient) -> bool:
        try:
            response = await client.get(
                f"{self.url}/status", params={"token": self._token}, timeout=2.0
            )
        except httpx.HTTPError:
            return False
        return response.status_code == httpx.codes.OK
