"""Agents correct what is known of a citizen, and what a conversation is about. One transaction each."""

from __future__ import annotations

from sqlalchemy import select

from core import audit
from core.auth.actor import Actor
from core.conversation import thread
from core.conversation.models import Contact, Conversation
from core.conversation.schemas import ConversationRead
from core.conversation.status import ConversationStatus
from core.errors import Conflict, InvalidInput, NotFound
from core.unit_of_work import UnitOfWorkFactory
from handoff.desk.access import check_readable, visible_to
from handoff.desk.contact_schemas import ContactChange, ConversationChange


class ConversationOver(Conflict):
    code, default_message = "conversation_closed", "会话已经结束，不能再修改。"


class Corrections:
    """Every method checks who may, and returns what is true after the commit."""

    def __init__(self, uows: UnitOfWorkFactory) -> None:
        self._uows = uows

    async def change_contact(self, contact_id: str, change: ContactChange, actor: Actor) -> Contact:
        """Change what was sent. Raises NotFound for a citizen none of whose conversations the actor may see.

        The audit says which fields were changed, not to what: they are personal.
        """
        async with self._uows.write() as uow:
            seen = select(Conversation.id).where(
                Conversation.contact_id == contact_id, visible_to(actor)
            )
            if await uow.session.scalar(seen.limit(1)) is None:
                raise NotFound("没有找到这位市民。", what="contact")
            contact = await uow.session.get(Contact, contact_id, with_for_update=True)
            assert contact is not None
            sent = change.model_dump(include=change.model_fields_set)
            if change.birth_year is not None and change.birth_year > uow.clock.now().year:
                raise InvalidInput("出生年份不能晚于今年。", field="birth_year")
            changed = {
                name: value
                for name, value in sent.items()
                # Null means "not known", which only a year can be; words are emptied by an empty text.
                if (value is not None or name == "birth_year") and getattr(contact, name) != value
            }
            if not changed:
                return contact
            for name, value in changed.items():
                setattr(contact, name, value)
            audit.record(
                uow, actor=actor.account_id, action="contact.changed",
                subject=f"contact:{contact_id}", fields=sorted(changed),
            )  # fmt: skip
            running = select(Conversation).where(
                Conversation.contact_id == contact_id,
                Conversation.status != ConversationStatus.CLOSED,
            )
            for conversation in (await uow.session.scalars(running)).all():
                await thread.publish_state(uow, conversation)
            return contact

    async def change_conversation(
        self, conversation_id: str, change: ConversationChange, actor: Actor
    ) -> ConversationRead:
        """Say what it is about. Raises ConversationOver when it is closed: reports have counted it."""
        async with self._uows.write() as uow:
            conversation = await thread.load_for_update(uow, conversation_id)
            await check_readable(uow.session, conversation, actor)
            if conversation.status == ConversationStatus.CLOSED:
                raise ConversationOver()
            business = change.business or None
            if business != conversation.business:
                audit.record(
                    uow, actor=actor.account_id, action="conversation.business",
                    subject=f"conversation:{conversation_id}", before=conversation.business, now=business,
                )  # fmt: skip
                conversation.business = business
                await thread.publish_state(uow, conversation)
            return await thread.read_conversation(uow.session, conversation)
