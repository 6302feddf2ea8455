"""HTTP routes of left messages for the desk, and of their settings."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Query

from core.auth.actor import Actor
from core.auth.http import require
from core.auth.permissions import Permission
from core.clock import LOCAL_ZONE
from core.config_endpoints import add_document
from core.conversation.content import printable
from core.conversation.inboxes import check_inboxes
from core.conversation.looking import Reveal
from core.ids import Id
from core.unit_of_work import UnitOfWork, UnitOfWorkFactory
from handoff.left_messages.handling import LeftMessageDesk
from handoff.left_messages.repository import Wanted
from handoff.left_messages.revealing import LeftMessageReveal
from handoff.left_messages.schemas import (
    LeftMessageCounts,
    LeftMessageDetail,
    LeftMessageInFull,
    LeftMessagePage,
    LeftMessageStepWrite,
    LeftTicketWrite,
)
from handoff.left_messages.settings import CONFIG_NAME, LeftMessageSettings
from handoff.left_messages.status import LeftStatus, LeftStep
from handoff.left_messages.ticketing import LeftTickets

Reader = Annotated[Actor, Depends(require(Permission.CONVERSATION_READ))]
Server = Annotated[Actor, Depends(require(Permission.CONVERSATION_SERVE))]
Filer = Annotated[Actor, Depends(require(Permission.TICKET_HANDLE))]
Looker = Annotated[Actor, Depends(require(Permission.PERSONAL_READ))]
Short = Annotated[str | None, Query(max_length=64)]


def build_router(
    desk: LeftMessageDesk, reveal: LeftMessageReveal, tickets: LeftTickets
) -> APIRouter:
    router = APIRouter(prefix="/left-messages", tags=["left-messages"])

    @router.get("")
    async def list_left_messages(
        actor: Reader,
        status: LeftStatus | None = None,
        channel: Short = None,
        inbox_id: Short = None,
        business: Short = None,
        since: date | None = None,
        until: date | None = None,
        mine: bool = False,
        overdue: bool = False,
        q: Annotated[str | None, Query(max_length=100)] = None,
        after: Id | None = None,
        limit: Annotated[int, Query(ge=1, le=100)] = 30,
    ) -> LeftMessagePage:
        """Newest first. `since` and `until`: days of leaving in China, both included. `q`: a number, a whole phone
        number, or words."""
        wanted = Wanted(
            status=status, channel=channel, inbox_id=inbox_id, business=business,
            since=_midnight(since), until=_midnight(until, days=1), mine=mine, overdue=overdue,
            text=printable(q) if q else None,
        )  # fmt: skip
        return await desk.page(actor, wanted, after=after, limit=limit)

    @router.get("/counts")
    async def count_left_messages(actor: Reader) -> LeftMessageCounts:
        """For the menu."""
        return await desk.counts(actor)

    @router.get("/{left_id}")
    async def get_left_message(left_id: Id, actor: Reader) -> LeftMessageDetail:
        return await desk.get(left_id, actor)

    @router.post("/{left_id}/reveal")
    async def reveal_left_message(left_id: Id, body: Reveal, actor: Looker) -> LeftMessageInFull:
        """With its numbers in full. Every look is audited."""
        return await reveal.reveal(left_id, actor, body.reason)

    @router.post("/{left_id}/ticket")
    async def file_left_message(
        left_id: Id, body: LeftTicketWrite, actor: Filer
    ) -> LeftMessageDetail:
        """It goes on as a ticket, with its text, name, phone and files."""
        await tickets.file(left_id, body, actor)
        return await desk.get(left_id, actor)

    @router.post("/{left_id}/{step}")
    async def take_left_message_step(
        left_id: Id, step: LeftStep, body: LeftMessageStepWrite, actor: Server
    ) -> LeftMessageDetail:
        """One step along its life; its `steps` name those possible now."""
        return await desk.take_step(left_id, step, body, actor)

    return router


def build_settings_router(uows: UnitOfWorkFactory) -> APIRouter:
    router = APIRouter(prefix="/desk/settings", tags=["settings"])

    async def known_inbox(uow: UnitOfWork, body: LeftMessageSettings) -> None:
        wanted = [body.page_inbox] if body.page_inbox else []
        await check_inboxes(uow.session, wanted, "page_inbox")

    add_document(
        router, "/left-messages", name=CONFIG_NAME, model=LeftMessageSettings, uows=uows,
        check=known_inbox,
    )  # fmt: skip
    return router


def _midnight(day: date | None, *, days: int = 0) -> datetime | None:
    """The beginning of a Chinese day. What no calendar holds, filters nothing."""
    if day is None or not 1 < day.year < 9999:
        return None
    return datetime.combine(day, time(), LOCAL_ZONE) + timedelta(days=days)
