"""A look at personal data that is shown in part: counted, given a reason where one is wanted, and audited.

Used by whatever has something to reveal: messages (handoff/desk), left messages, tickets.
"""

from __future__ import annotations

from datetime import timedelta

from pydantic import BaseModel, ConfigDict, Field

from core import audit
from core.auth.actor import Actor
from core.clock import Clock
from core.configs import get_config
from core.conversation.keeping import CONFIG_NAME, PersonalSettings
from core.errors import InvalidInput
from core.masking import mask_personal
from core.rate_limit import RateLimit
from core.unit_of_work import UnitOfWork


class ReasonNeeded(InvalidInput):
    code, default_message = "reveal_reason_needed", "请填写查看完整号码的原因。"


class Reveal(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    reason: str = Field(default="", max_length=200)


class Looks:
    def __init__(self, clock: Clock) -> None:
        # Far above what serving takes; who collects numbers runs into it.
        self._limit = RateLimit(clock, limit=60, window=timedelta(minutes=10))

    def count(self, actor: Actor) -> None:
        """Before anything is read. Raises TooManyRequests."""
        self._limit.check(actor.account_id)

    async def note(
        self, uow: UnitOfWork, actor: Actor, reason: str, *, action: str, subject: str, **more: str
    ) -> None:
        """Noted: who, what, when and why; never what was in it. Raises ReasonNeeded."""
        settings = await get_config(uow.session, CONFIG_NAME, PersonalSettings)
        given = reason.strip()
        if settings.reveal_reason and not given:
            raise ReasonNeeded(field="reason")
        why = {"reason": mask_personal(given)} if given else {}
        audit.record(uow, actor=actor.account_id, action=action, subject=subject, **more, **why)
