"""Keeps the policy in step with the stored rules: loaded at start, on every change, and now and then.

Every server has its own policy object; `refresh_forever` brings a change made on another one. With the rules come the
hours of service, which some of them hold in or outside of.
"""

from __future__ import annotations

import asyncio
import logging
from datetime import datetime

from pydantic import BaseModel, ConfigDict
from sqlalchemy.ext.asyncio import AsyncSession

from core.clock import LOCAL_ZONE
from core.configs import get_config
from core.unit_of_work import UnitOfWorkFactory
from handoff.hours.calendar import Calendar
from handoff.hours.duty import DutyHours
from handoff.hours.service import calendar
from handoff.hours.settings import HOURS_CONFIG, HoursSettings
from handoff.rules.policy import RulePolicy
from handoff.rules.settings import RuleSettings

log = logging.getLogger(__name__)

CONFIG_NAME = "handoff.rules"
REFRESH_SECONDS = 5.0


class RulesConfig(BaseModel):
    """The rules as a stored document."""

    model_config = ConfigDict(extra="forbid")

    rules: RuleSettings = RuleSettings()


class Duty:
    """The hours of service of all inboxes, in memory: asked at every turn."""

    def __init__(self, hours: HoursSettings | None = None, days: Calendar | None = None) -> None:
        self._hours = hours or HoursSettings()
        self._days = days or Calendar()
        self._inboxes: dict[str, DutyHours] = {}

    @classmethod
    async def read(cls, session: AsyncSession) -> Duty:
        return cls(await get_config(session, HOURS_CONFIG, HoursSettings), await calendar(session))

    def is_open(self, inbox_id: str, at: datetime) -> bool:
        """Whether people serve the inbox at `at`, by the hours as they are set now."""
        hours = self._inboxes.get(inbox_id)
        if hours is None:
            hours = self._hours.of_inbox(inbox_id).hours(self._days)
            self._inboxes[inbox_id] = hours
        return hours.is_open(at.astimezone(LOCAL_ZONE))


class RuleBook:
    def __init__(self, *, uows: UnitOfWorkFactory, policy: RulePolicy) -> None:
        self._uows = uows
        self._policy = policy
        self._duty = Duty()

    async def load(self) -> RulesConfig:
        """Judge by what is stored from now on."""
        async with self._uows.read() as session:
            config = await get_config(session, CONFIG_NAME, RulesConfig)
            self._duty = await Duty.read(session)
        self.use(config)
        return config

    def use(self, config: RulesConfig) -> None:
        """Judge by rules just saved: here at once, elsewhere within REFRESH_SECONDS."""
        self._policy.use(config.rules)

    def on_duty(self, inbox_id: str, at: datetime) -> bool:
        """core.conversation.ports.OnDuty, at most REFRESH_SECONDS old."""
        return self._duty.is_open(inbox_id, at)

    async def refresh_forever(self) -> None:
        while True:
            try:
                await self.load()
            except Exception:
                # The rules in force stay in force; the database or the document needs a look.
                log.exception("the handoff rules could not be loaded")
            await asyncio.sleep(REFRESH_SECONDS)
