"""Everything `make run` starts, in order, with a line for each step; and everything ended again at the end."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Awaitable
from secrets import token_urlsafe
from typing import Any, TypeVar

import httpx
from pydantic import SecretStr

from app.bot import local_rasa
from app.container import Container, build, rasa_token
from app.demo import simulated_accounts
from app.install import FirstAdmin, prepare
from app.server import listen, serve
from bot.switching import LocalRasa
from core.processes import ChildProcess, free_port, wait_until
from core.settings import ROOT, Settings

Result = TypeVar("Result")

READY_SECONDS = 120.0


class Foreground:
    """`ready` is set when all parts answer. `quiet` prints nothing: for commands with output of their own."""

    def __init__(self, settings: Settings, started: float, *, quiet: bool = False) -> None:
        self.ready = asyncio.Event()
        self._stopping = asyncio.Event()
        self._quiet = quiet
        self._started = started
        self._children: list[ChildProcess] = []
        self._tasks: list[asyncio.Task[None]] = []
        self._simulator_port: int | None = None
        self._rasa: LocalRasa | None = None
        self._listener = listen(settings.host, settings.port)
        self._settings = settings

    async def run(self, *, everything: bool) -> None:
        """Start, serve until a signal, stop. Raises the named error of the step that failed."""
        try:
            if everything:
                self._choose_simulators()
                self._choose_rasa()
            container = build(self._settings, rasa=self._rasa)
            if self._rasa is not None:
                # It loads on the other core while the server builds its index.
                self._rasa.launch(
                    await self._step(
                        "训练机器人（首次约一分钟，之后使用缓存）",
                        container.bot_side.follower.first_model(),
                    )
                )
            admin = await self._step("准备知识库与账号", prepare(container))
            await self._step(
                "建立知识索引（首次要训练编码器，约半分钟）",
                container.knowledge.refresher.refresh(),
            )
            if self._simulator_port is not None:
                await self._start_simulators(container, self._simulator_port)
            up = asyncio.Event()
            announcing = asyncio.create_task(self._announce(up, admin))
            try:
                await serve(container, self._listener, started=up, stop=self._stopping)
            finally:
                announcing.cancel()
        finally:
            await self._stop()

    def stop(self) -> None:
        """End `run`, as a signal would."""
        self._stopping.set()

    def _choose_rasa(self) -> None:
        if not self._settings.rasa_url:
            self._rasa = local_rasa(self._settings, rasa_token(self._settings))

    def _choose_simulators(self) -> None:
        settings = self._settings
        if not settings.simulators:
            return
        self._simulator_port = free_port()
        base = f"http://127.0.0.1:{self._simulator_port}"
        update = {
            "wechat_api_base": f"{base}/wechat",
            "wechat_open_base": f"{base}/wechat",
            "wechat_simulator_url": f"{base}/wechat/",
            "wecom_api_base": f"{base}/wecom",
            "wecom_simulator_url": f"{base}/wecom/",
            "office_simulator_url": f"{base}/office/",
        }
        business: dict[str, Any] = {}
        if not settings.business_api_base:
            business = {
                "business_api_base": f"{base}/fund",
                "business_simulator_url": f"{base}/fund/",
                "business_api_key": SecretStr(token_urlsafe(24)),
            }
        sms: dict[str, Any] = {}
        if not settings.sms_api_base:
            sms = {
                "sms_api_base": f"{base}/sms",
                "sms_simulator_url": f"{base}/sms/",
                "sms_api_key": SecretStr(token_urlsafe(24)),
            }
        self._settings = settings.model_copy(update={**update, **business, **sms})

    async def _start_simulators(self, container: Container, port: int) -> None:
        env = await simulated_accounts(container, self._settings.port, port)
        if self._settings.business_simulator_url:
            # Else the key is that of a real system, which the stand-in has no business to know.
            env["SIMULATOR_FUND_API_KEY"] = self._settings.business_api_key.get_secret_value()
        if self._settings.sms_simulator_url:
            env["SIMULATOR_SMS_KEY"] = self._settings.sms_api_key.get_secret_value()
            env["SIMULATOR_SMS_CALLBACK_URL"] = (
                f"http://127.0.0.1:{self._settings.port}/channels/sms/http"
            )
        simulators = ChildProcess(
            "simulators", [sys.executable, "-m", "simulators", "--port", str(port)],
            env=env, cwd=ROOT, log_file=self._settings.home / "logs" / "simulators.log",
        )  # fmt: skip
        self._keep(simulators)

    def _keep(self, child: ChildProcess) -> None:
        """Launch it and keep it alive until the end."""
        child.launch()
        self._children.append(child)
        self._tasks.append(asyncio.create_task(child.watch(), name=child.name))

    async def _announce(self, up: asyncio.Event, admin: FirstAdmin | None) -> None:
        await up.wait()
        base = f"http://{self._settings.host}:{self._settings.port}"
        ready = await self._step("等待机器人就绪", _ready(base))
        self.ready.set()
        seconds = time.monotonic() - self._started
        state = "已就绪" if ready else "已启动，但有部分没有就绪，详见 /readyz"
        lines = [
            f"帮办{state}（{seconds:.0f} 秒）",
            f"  演示网页    {base}/",
            f"  坐席工作台  {base}/console/",
        ]
        if self._settings.wechat_simulator_url:
            lines.append(f"  公众号模拟  {self._settings.wechat_simulator_url}")
        if self._settings.wecom_simulator_url:
            lines.append(f"  微信客服模拟  {self._settings.wecom_simulator_url}")
        if self._settings.business_simulator_url:
            lines.append(f"  业务系统模拟  {self._settings.business_simulator_url}")
        if self._settings.sms_simulator_url:
            lines.append(f"  短信模拟    {self._settings.sms_simulator_url}")
        if self._settings.office_simulator_url:
            lines.append(f"  办公系统模拟  {self._settings.office_simulator_url}")
        if admin is not None:
            lines += [
                "",
                f"  管理员账号  {admin.login}",
                f"  初始密码    {admin.password}   （只显示这一次，请记下）",
            ]
        lines += ["", "按 Ctrl-C 停止。"]
        self._print("\n" + "\n".join(lines))

    async def _stop(self) -> None:
        await asyncio.gather(*(child.stop() for child in self._children))
        if self._rasa is not None:
            await self._rasa.stop()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._listener.close()

    async def _step(self, name: str, work: Awaitable[Result]) -> Result:
        """Do `work`; a line says what it is, and another how long it took once that is worth telling."""
        self._print(f"· {name}")
        begun = time.monotonic()
        result = await work
        if (taken := time.monotonic() - begun) > 1:
            self._print(f"  {taken:.1f} 秒")
        return result

    def _print(self, line: str) -> None:
        if not self._quiet:
            print(line, flush=True)


async def _ready(base: str) -> bool:
    async with httpx.AsyncClient(trust_env=False, timeout=5) as client:

        async def all_parts() -> bool:
            try:
                answer = await client.get(f"{base}/readyz")
            except httpx.HTTPError:
                return False
            return bool(answer.json()["status"] == "ready")

        return await wait_until(all_parts, seconds=READY_SECONDS, every=0.2)
