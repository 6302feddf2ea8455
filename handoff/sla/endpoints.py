"""HTTP route of the clocks: the limits by which every desk counts down."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel

from core.auth.actor import Actor
from core.auth.http import require
from core.auth.permissions import Permission
from core.configs import get_config
from core.unit_of_work import UnitOfWorkFactory
from handoff.sla.settings import CONFIG_NAME, ClockSettings

Reader = Annotated[Actor, Depends(require(Permission.CONVERSATION_READ))]


class AnswerLimits(BaseModel):
    """Within which answers are owed, and how long before an agent is warned."""

    first_answer_seconds: int
    answer_seconds: int
    warn_before_seconds: int


def build_router(uows: UnitOfWorkFactory) -> APIRouter:
    router = APIRouter(prefix="/desk", tags=["conversations"])

    @router.get("/limits")
    async def read_limits(actor: Reader) -> AnswerLimits:
        """A new message of a citizen has to be answered in so many seconds: see ConversationRead.answer_due_at."""
        async with uows.read() as session:
            settings = await get_config(session, CONFIG_NAME, ClockSettings)
        return AnswerLimits(**settings.model_dump(include=set(AnswerLimits.model_fields)))

    return router
