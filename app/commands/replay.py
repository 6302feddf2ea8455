"""What `bangban handoff replay` judges with: the rules in force, the real index and its encoder."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from app.migrate import upgrade
from bot.knowledge_only import KnowledgeOnly
from bot.questions import Questions
from core.clock import SystemClock
from core.configs import get_config
from core.settings import Settings
from handoff.cli import ReplayTools
from handoff.rules.book import CONFIG_NAME, RulesConfig


@asynccontextmanager
async def replay_tools() -> AsyncIterator[ReplayTools]:
    """Rasa is not asked: a replay of thousands of turns must be quick, and the same every time."""
    from knowledge.session import open_session

    settings = Settings()
    await asyncio.to_thread(upgrade, settings.resolved_database_url)
    async with open_session(settings) as session:
        search = await session.search()
        async with session.units.read() as reading:
            config = await get_config(reading, CONFIG_NAME, RulesConfig)
        yield ReplayTools(
            settings=config.rules,
            similarity=search.similarity,
            bot=KnowledgeOnly(Questions(search, SystemClock())),
            region=settings.region,
        )
