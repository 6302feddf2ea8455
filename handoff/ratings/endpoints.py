"""HTTP routes of ratings, for the desk. Citizens rate over their channel."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from sqlalchemy import Select

from core.auth.actor import Actor
from core.auth.http import require
from core.auth.permissions import Permission
from core.ids import Id
from handoff.ratings.service import RatingPage, RatingService

Reader = Annotated[Actor, Depends(require(Permission.CONVERSATION_READ))]


def build_router(
    ratings: RatingService, within: Callable[[Actor], Select[str] | None]
) -> APIRouter:
    """`within`: the agents whose work somebody may look at, None for everybody's (desk.access)."""
    router = APIRouter(prefix="/ratings", tags=["ratings"])

    @router.get("")
    async def list_ratings(
        actor: Reader,
        agent_id: Id | None = None,
        after: Id | None = None,
        limit: Annotated[int, Query(ge=1, le=100)] = 20,
    ) -> RatingPage:
        """Newest first. Agents see those they were given, supervisors those of whom their scope holds."""
        if not actor.may(Permission.CONVERSATION_READ_ALL):
            agent_id = actor.account_id
        return await ratings.page(agent_id=agent_id, among=within(actor), after=after, limit=limit)

    return router
