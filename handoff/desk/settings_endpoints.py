"""HTTP routes of the desk's settings: handoff rules, queue with duty hours, clocks. Data, not code."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends

from core.auth.actor import Actor
from core.auth.http import require
from core.auth.permissions import Permission
from core.configs import get_config, put_config
from core.unit_of_work import UnitOfWorkFactory
from handoff.queue.settings import CONFIG_NAME as QUEUE
from handoff.queue.settings import QueueSettings
from handoff.rules.book import RuleBook, RulesConfig
from handoff.sla.settings import CONFIG_NAME as CLOCKS
from handoff.sla.settings import ClockSettings

Editor = Annotated[Actor, Depends(require(Permission.DESK_SETTINGS))]


def build_router(uows: UnitOfWorkFactory, rules: RuleBook) -> APIRouter:
    router = APIRouter(prefix="/desk/settings", tags=["settings"])

    @router.get("/rules")
    async def read_rules(actor: Editor) -> RulesConfig:
        return await rules.load()

    @router.put("/rules")
    async def write_rules(body: RulesConfig, actor: Editor) -> RulesConfig:
        """Replaces all rules; they are in force at once."""
        return await rules.save(body, actor=actor.account_id)

    @router.get("/queue")
    async def read_queue(actor: Editor) -> QueueSettings:
        async with uows.read() as session:
            return await get_config(session, QUEUE, QueueSettings)

    @router.put("/queue")
    async def write_queue(body: QueueSettings, actor: Editor) -> QueueSettings:
        async with uows.write() as uow:
            await put_config(uow, QUEUE, body, actor.account_id)
        return body

    @router.get("/clocks")
    async def read_clocks(actor: Editor) -> ClockSettings:
        async with uows.read() as session:
            return await get_config(session, CLOCKS, ClockSettings)

    @router.put("/clocks")
    async def write_clocks(body: ClockSettings, actor: Editor) -> ClockSettings:
        async with uows.write() as uow:
            await put_config(uow, CLOCKS, body, actor.account_id)
        return body

    return router
