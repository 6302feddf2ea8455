"""The product with a bot that is slow, down or an echo: `python -m benchmarks.wechat_server PORT slow|down|echo`.

Everything else is as `bangban serve` runs it; settings come from the environment.
"""

from __future__ import annotations

import asyncio
import logging
import sys

from app.container import build
from app.install import prepare
from app.server import listen, serve
from core.conversation.content import TextContent
from core.conversation.ports import BotReply, BotTurn
from core.errors import Unavailable
from core.settings import Settings

SLOW_SECONDS = 5.0


class Bot:
    """`kind`: slow answers after five seconds, down never, echo at once with what it was asked."""

    def __init__(self, kind: str) -> None:
        self._kind = kind

    async def respond(self, turn: BotTurn) -> BotReply:
        if self._kind == "down":
            raise Unavailable(part="bot")
        if self._kind == "slow":
            await asyncio.sleep(SLOW_SECONDS)
        return BotReply(contents=[TextContent(text=f"答：{turn.text}")])

    async def healthy(self) -> bool:
        return self._kind != "down"


async def main(port: int, kind: str) -> None:
    logging.basicConfig(level=logging.WARNING)
    container = build(Settings(), bot=Bot(kind))
    await prepare(container)
    listener = listen("127.0.0.1", port)
    await serve(container, listener, started=asyncio.Event(), stop=asyncio.Event())


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), sys.argv[2]))
