"""HTTP routes of the deadlines' settings: the policies, trying them, and how the last recalculation went."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends

from core.auth.actor import Actor
from core.auth.http import require
from core.auth.permissions import Permission
from core.config_endpoints import add_document
from core.unit_of_work import UnitOfWorkFactory
from handoff.tickets.deadlines import recalculating
from handoff.tickets.deadlines.checks import check_and_recalculate
from handoff.tickets.deadlines.recalculating import DeadlineRecalculation
from handoff.tickets.deadlines.settings import CONFIG_NAME, DeadlineSettings
from handoff.tickets.deadlines.trial import DeadlineTrial, DeadlineTrialRead, try_policies

Editor = Annotated[Actor, Depends(require(Permission.DESK_SETTINGS))]


def build_router(uows: UnitOfWorkFactory) -> APIRouter:
    router = APIRouter(prefix="/desk/settings/ticket-deadlines", tags=["settings"])
    add_document(
        router, "", name=CONFIG_NAME, model=DeadlineSettings, uows=uows,
        check=check_and_recalculate,
    )  # fmt: skip

    @router.post("/try")
    async def try_deadlines(body: DeadlineTrial, actor: Editor) -> DeadlineTrialRead:
        """Filed then, due when and why; nothing is stored."""
        return await try_policies(uows, body)

    @router.get("/recalculation")
    async def read_recalculation(actor: Editor) -> DeadlineRecalculation:
        """How many running tickets the last change moved; still at it while there is no `finished_at`."""
        async with uows.read() as session:
            return await recalculating.last(session)

    return router
