"""HTTP routes of ratings, for the desk. Citizens rate over their channel."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import AwareDatetime
from sqlalchemy import Select

from core.auth.actor import Actor
from core.auth.http import require
from core.auth.permissions import Permission
from core.config_endpoints import add_document
from core.conversation.inboxes import check_inboxes
from core.ids import Id
from core.unit_of_work import UnitOfWorkFactory
from handoff.ratings.repository import Filter
from handoff.ratings.schemas import RatingPage
from handoff.ratings.service import RatingService
from handoff.ratings.settings import CONFIG_NAME, RatingSettings

Reader = Annotated[Actor, Depends(require(Permission.CONVERSATION_READ))]
Score = Annotated[int, Query(ge=1, le=5)]


def build_router(
    ratings: RatingService, within: Callable[[Actor], Select[str] | None]
) -> APIRouter:
    """`within`: the agents whose work somebody may look at, None for everybody's (desk.access)."""
    router = APIRouter(prefix="/ratings", tags=["ratings"])

    @router.get("")
    async def list_ratings(
        actor: Reader,
        agent_id: Id | None = None,
        group_id: Id | None = None,
        score: Annotated[list[Score] | None, Query(max_length=5)] = None,
        since: AwareDatetime | None = None,
        until: AwareDatetime | None = None,
        after: Id | None = None,
        limit: Annotated[int, Query(ge=1, le=100)] = 20,
    ) -> RatingPage:
        """Newest first. Agents see those they were given, supervisors those of whom their scope holds."""
        if not actor.may(Permission.CONVERSATION_READ_ALL):
            agent_id = actor.account_id
        wanted = Filter(
            agent_id=agent_id, group_id=group_id, among=within(actor), scores=score or (),
            since=since, until=until,
        )  # fmt: skip
        return await ratings.page(wanted, after=after, limit=limit)

    return router


def build_settings_router(uows: UnitOfWorkFactory) -> APIRouter:
    router = APIRouter(prefix="/desk/settings", tags=["settings"])
    add_document(
        router, "/ratings", name=CONFIG_NAME, model=RatingSettings, uows=uows,
        check=lambda uow, body: check_inboxes(uow.session, body.inboxes, "inboxes"),
    )  # fmt: skip
    return router
