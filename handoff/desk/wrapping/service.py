"""The forms of wrap-up: drafted, saved, skipped, and listed so that none is forgotten."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from core import audit
from core.auth.actor import Actor
from core.configs import get_config
from core.conversation import thread
from core.conversation.models import Contact
from core.errors import Conflict, InvalidInput, NotFound
from core.masking import mask_identity
from core.unit_of_work import UnitOfWork, UnitOfWorkFactory
from handoff.agents.models import WrapUp
from handoff.agents.settings import CONFIG_NAME, PresenceSettings
from handoff.businesses import CONFIG_NAME as BUSINESSES
from handoff.businesses import BusinessLines
from handoff.desk.service import tell_presence
from handoff.desk.wrapping import draft, repository
from handoff.desk.wrapping.beginning import tell
from handoff.desk.wrapping.schemas import WrapUpItem, WrapUpRead, WrapUpSend

# For so long after it was saved first, a form may be corrected; reports count on it afterwards.
EDITABLE = timedelta(days=1)
# Older forms that were never written are not asked for any more.
ASKED_FOR = timedelta(days=30)


class WrapUpRequired(Conflict):
    code, default_message = "wrap_up_required", "话后小结是必填的，不能跳过。"


class WrapUpLocked(Conflict):
    code, default_message = "wrap_up_locked", "话后小结保存已超过一天，不能再修改。"


class Wrapping:
    """Everybody sees and writes only the forms of their own services."""

    def __init__(self, *, uows: UnitOfWorkFactory) -> None:
        self._uows = uows

    async def owed(self, actor: Actor) -> list[WrapUpItem]:
        """The actor's forms that are not written yet, oldest first."""
        async with self._uows.read() as session:
            since = self._uows.clock.now() - ASKED_FOR
            rows = await repository.pending(session, actor.account_id, since=since)
            return [_item(row, contact) for row, contact in rows]

    async def read(self, wrap_up_id: str, actor: Actor) -> WrapUpRead:
        """The form as saved, or drafted from what was said. Raises NotFound."""
        async with self._uows.read() as session:
            row, contact = await self._own(session, wrap_up_id, actor)
            return await self._read(session, row, contact)

    async def send(self, wanted: WrapUpSend, actor: Actor) -> WrapUpRead:
        """Save or skip; either way the wrap-up time is over.

        Raises NotFound, InvalidInput (no such business), WrapUpRequired, WrapUpLocked.
        """
        async with self._uows.write() as uow:
            row, contact = await self._own(uow.session, wanted.wrap_up_id, actor)
            conversation = await thread.load_for_update(uow, row.conversation_id)
            await uow.session.refresh(row)
            if wanted.skip:
                await self._skip(uow, row)
            else:
                await self._save(uow, row, wanted)
                if wanted.business is not None and conversation.business != wanted.business:
                    conversation.business = wanted.business
                    await thread.publish_state(uow, conversation)
            row.until = None
            await uow.session.flush()
            tell(uow, row)
            await tell_presence(uow, row.agent_id)
            return await self._read(uow.session, row, contact)

    async def _skip(self, uow: UnitOfWork, row: WrapUp) -> None:
        if (await get_config(uow.session, CONFIG_NAME, PresenceSettings)).wrap_up_required:
            raise WrapUpRequired()
        if row.state == "pending":
            row.state = "skipped"

    async def _save(self, uow: UnitOfWork, row: WrapUp, wanted: WrapUpSend) -> None:
        now = uow.clock.now()
        if row.saved_at is not None and now - row.saved_at > EDITABLE:
            raise WrapUpLocked()
        lines = (await get_config(uow.session, BUSINESSES, BusinessLines)).lines
        if wanted.business not in (None, row.business, *lines):
            raise InvalidInput("没有这个业务，请重新选择。", field="business")
        # A form outlives the messages; the number of a person's identity does not belong there.
        row.summary = mask_identity(wanted.summary)
        row.business, row.solved = wanted.business, wanted.solved
        row.state, row.saved_at = "done", row.saved_at or now
        audit.record(
            uow, actor=row.agent_id, action="conversation.wrapped_up",
            subject=f"conversation:{row.conversation_id}",
            business=wanted.business, solved=wanted.solved,
        )  # fmt: skip

    async def on_time_over(self, uow: UnitOfWork, subject: str, payload: dict[str, Any]) -> None:
        """Timer handler, the conversation locked: whoever wrapped it up is ready for more."""
        for row in await repository.over(uow.session, subject, uow.clock.now()):
            row.until = None
            await uow.session.flush()
            tell(uow, row)
            await tell_presence(uow, row.agent_id)

    async def _own(
        self, session: AsyncSession, wrap_up_id: str, actor: Actor
    ) -> tuple[WrapUp, Contact]:
        found = await repository.with_contact(session, wrap_up_id)
        if found is None or found[0].agent_id != actor.account_id:
            raise NotFound("没有找到这份话后小结。", what="wrap_up")
        return found

    async def _read(self, session: AsyncSession, row: WrapUp, contact: Contact) -> WrapUpRead:
        lines = (await get_config(session, BUSINESSES, BusinessLines)).lines
        settings = await get_config(session, CONFIG_NAME, PresenceSettings)
        business, text = row.business, row.summary
        if row.saved_at is None:
            conversation = await thread.load(session, row.conversation_id)
            business = conversation.business if conversation.business in lines else None
            text = draft.summary(await repository.service(session, row.assignment_id))
        return WrapUpRead(
            **_item(row, contact).model_dump(),
            business=business,
            businesses=lines if business is None or business in lines else [*lines, business],
            solved=row.solved,
            summary=text,
            required=settings.wrap_up_required,
            saved_at=row.saved_at,
            editable_until=row.saved_at + EDITABLE if row.saved_at else None,
        )


def _item(row: WrapUp, contact: Contact) -> WrapUpItem:
    return WrapUpItem(
        id=row.id, conversation_id=row.conversation_id, contact_id=contact.id,
        contact_name=contact.name, state=row.state, until=row.until, created_at=row.created_at,
    )  # fmt: skip
