"""Keeps the policy in step with the stored rules: loaded at start, on every change, and now and then.

Every server has its own policy object; `refresh_forever` brings a change made on another one.
"""

from __future__ import annotations

import asyncio
import logging

from pydantic import BaseModel, ConfigDict

from core.configs import get_config
from core.unit_of_work import UnitOfWorkFactory
from handoff.rules.policy import RulePolicy
from handoff.rules.settings import RuleSettings

log = logging.getLogger(__name__)

CONFIG_NAME = "handoff.rules"
REFRESH_SECONDS = 5.0


class RulesConfig(BaseModel):
    """The rules as a stored document."""

    model_config = ConfigDict(extra="forbid")

    rules: RuleSettings = RuleSettings()


class RuleBook:
    def __init__(self, *, uows: UnitOfWorkFactory, policy: RulePolicy) -> None:
        self._uows = uows
        self._policy = policy

    async def load(self) -> RulesConfig:
        """Judge by what is stored from now on."""
        async with self._uows.read() as session:
            config = await get_config(session, CONFIG_NAME, RulesConfig)
        self.use(config)
        return config

    def use(self, config: RulesConfig) -> None:
        """Judge by rules just saved: here at once, elsewhere within REFRESH_SECONDS."""
        self._policy.use(config.rules)

    async def refresh_forever(self) -> None:
        while True:
            try:
                await self.load()
            except Exception:
                # The rules in force stay in force; the database or the document needs a look.
                log.exception("the handoff rules could not be loaded")
            await asyncio.sleep(REFRESH_SECONDS)
