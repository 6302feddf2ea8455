"""Parts of the server measured alone: `python -m benchmarks.alone HOME [ROUNDS]` prints one JSON document.

A process of its own, so that nothing of the comparison runs beside it.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import uvloop

from app.container import Container, build
from app.install import prepare
from app.migrate import upgrade
from benchmarks.measures import percentile
from benchmarks.messages import read_conversations
from core.clock import LOCAL_ZONE
from core.conversation.content import TextContent
from core.conversation.intake import InboundMessage
from core.conversation.ports import BotReply, BotTurn, KnowledgeQuery
from core.settings import Settings

INBOX = "web"


class Echo:
    """A bot that takes no time."""

    async def respond(self, turn: BotTurn) -> BotReply:
        return BotReply(contents=[TextContent(text=turn.text)])

    async def healthy(self) -> bool:
        return True


def measure_search(container: Container, rounds: int) -> list[float]:
    """Seconds of each search, for every message of the benchmark."""
    today = container.uows.clock.now().astimezone(LOCAL_ZONE).date()
    region = container.settings.region
    texts = [text for talk in read_conversations() for text in talk]
    seconds = []
    for number in range(rounds + 1):
        for text in texts:
            started = time.perf_counter()
            container.knowledge.search.search(KnowledgeQuery(text=text, region=region, on=today))
            if number:  # the first round fills caches
                seconds.append(time.perf_counter() - started)
    return seconds


async def measure_turns(container: Container, rounds: int) -> list[float]:
    """Seconds from `receive` to the stored and published reply: the engine, its rules and the database alone."""
    seconds = []
    for number in range(rounds + 1):
        for place, talk in enumerate(read_conversations()):
            for order, text in enumerate(talk):
                started = time.perf_counter()
                await container.engine.receive(
                    InboundMessage(
                        INBOX,
                        f"{number}-{place}",
                        TextContent(text=text),
                        client_msg_id=f"m{order}",
                    )
                )
                await container.turns.idle()
                if number:
                    seconds.append(time.perf_counter() - started)
    return seconds


def milliseconds(seconds: list[float]) -> dict[str, float]:
    return {
        "p50": 1e3 * percentile(seconds, 0.5),
        "p99": 1e3 * percentile(seconds, 0.99),
        "count": len(seconds),
    }


async def measure(settings: Settings, rounds: int) -> dict[str, dict[str, float]]:
    container = build(settings, bot=Echo())
    await prepare(container)
    await container.knowledge.refresher.refresh()
    result = {
        "knowledge search, ms": milliseconds(measure_search(container, 2 * rounds)),
        "engine turn with an echoing bot on SQLite, ms": milliseconds(
            await measure_turns(container, rounds)
        ),
    }
    await container.close()
    return result


def main() -> None:
    home = Path(sys.argv[1])
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 4
    settings = Settings(home=home)
    home.mkdir(parents=True, exist_ok=True)
    upgrade(settings.resolved_database_url)
    print(json.dumps(uvloop.run(measure(settings, rounds))))


if __name__ == "__main__":
    main()
