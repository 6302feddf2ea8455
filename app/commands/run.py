"""`bangban run` (everything, in the foreground) and `bangban serve` (the server alone)."""

from __future__ import annotations

import time

from app.migrate import upgrade
from core.settings import Settings


def run() -> None:
    """启动全部服务：数据库、知识索引、机器人、网页，以及（演示时）模拟器。"""
    _start(everything=True)


def serve() -> None:
    """只启动服务本身（生产环境；Rasa 另行部署，见 BANGBAN_RASA_URL）。"""
    _start(everything=False)


def _start(*, everything: bool) -> None:
    import uvloop

    from app.home import locked
    from app.logs import configure

    started = time.monotonic()
    settings = Settings()
    configure(settings.log_level)
    with locked(settings.home):
        print("· 准备数据库", flush=True)
        upgrade(settings.resolved_database_url)
        from app.foreground import Foreground

        uvloop.run(Foreground(settings, started).run(everything=everything))
