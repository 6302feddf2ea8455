"""HTTP route of what citizens may do with tickets of their own."""

from __future__ import annotations

from fastapi import APIRouter

from core.config_endpoints import add_document
from core.unit_of_work import UnitOfWorkFactory
from handoff.tickets.self_service import CONFIG_NAME, CitizenTicketSettings


def build_router(uows: UnitOfWorkFactory) -> APIRouter:
    router = APIRouter(prefix="/desk/settings", tags=["settings"])
    add_document(
        router, "/ticket-citizens", name=CONFIG_NAME, model=CitizenTicketSettings, uows=uows
    )
    return router
