"""Storing what a citizen wrote: find or make the contact and the open conversation, append once."""

from __future__ import annotations

from dataclasses import dataclass

from core.conversation import repository, thread
from core.conversation.content import TextContent
from core.conversation.models import Contact, ContactIdentity, Conversation, Inbox, Message
from core.conversation.schemas import Author, ConversationRead, MessageRead
from core.conversation.status import ConversationStatus
from core.errors import NotFound
from core.ids import new_id
from core.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class InboundMessage:
    """A message as a channel hands it over. `external_contact` is the channel's own id of the citizen.

    `new_contact_id` is the id a contact made for it shall have, where the channel has already told it to the
    citizen's sockets; else one is made up.
    """

    inbox_id: str
    external_contact: str
    content: TextContent
    external_id: str | None = None
    client_msg_id: str | None = None
    contact_name: str = ""
    new_contact_id: str | None = None


@dataclass(frozen=True)
class Receipt:
    """What became of it. `duplicate`: it was stored before; nothing new was done."""

    message: MessageRead
    conversation: ConversationRead
    duplicate: bool


@dataclass(frozen=True)
class Stored:
    """`contact` keeps the row in the session's reach, so that reading the conversation needs no query for it."""

    contact: Contact | None
    conversation: Conversation
    message: Message
    duplicate: bool


async def find_inbox(uow: UnitOfWork, inbox_id: str) -> Inbox:
    inbox = await repository.enabled_inbox(uow.session, inbox_id)
    if inbox is None:
        raise NotFound("这个接入点不存在或已停用。", what="inbox")
    return inbox


async def find_or_make_contact(
    uow: UnitOfWork,
    inbox: Inbox,
    external_id: str,
    *,
    name: str = "",
    contact_id: str | None = None,
) -> Contact:
    contact = await repository.contact_by_identity(uow.session, inbox.id, external_id)
    if contact is None:
        now = uow.clock.now()
        contact = Contact(id=contact_id or new_id(), name=name, created_at=now)
        uow.session.add(contact)
        await uow.session.flush()
        uow.session.add(
            ContactIdentity(
                id=new_id(), inbox_id=inbox.id, external_id=external_id, contact_id=contact.id
            )
        )
    return contact


async def find_or_open_conversation(
    uow: UnitOfWork, inbox: Inbox, contact: Contact
) -> Conversation:
    """The contact's open conversation, locked. Two at once are prevented by a unique index: the loser retries."""
    conversation = await repository.open_conversation(uow.session, contact.id, inbox.id, lock=True)
    if conversation is None:
        now = uow.clock.now()
        conversation = Conversation(
            id=new_id(), inbox_id=inbox.id, channel=inbox.channel, contact_id=contact.id,
            status=ConversationStatus.BOT.value, epoch=0, last_seq=0, visitor_seq=0, answered_seq=0,
            bot_since_seq=0, bot_session=0, visitor_read_seq=0, agent_read_seq=0, preview="",
            created_at=now, updated_at=now,
        )  # fmt: skip
        uow.session.add(conversation)
        await uow.session.flush()
    return conversation


async def store(uow: UnitOfWork, inbound: InboundMessage) -> Stored:
    """Append the message, or find it when this is a retry: by the channel's id, else by the client's."""
    inbox = await find_inbox(uow, inbound.inbox_id)
    if inbound.external_id is not None:
        known = await repository.message_by_external_id(uow.session, inbox.id, inbound.external_id)
        if known is not None:
            conversation = await thread.load(uow.session, known.conversation_id)
            return Stored(None, conversation, known, duplicate=True)
    contact = await find_or_make_contact(
        uow,
        inbox,
        inbound.external_contact,
        name=inbound.contact_name,
        contact_id=inbound.new_contact_id,
    )
    latest = await repository.latest_conversation(uow.session, contact.id, inbox.id, lock=True)
    if latest is not None and inbound.client_msg_id is not None:
        # Not left to `append`: the conversation may have been closed between the first try and this one.
        replayed = await repository.message_by_client_id(
            uow.session, latest.id, inbound.client_msg_id
        )
        if replayed is not None:
            return Stored(contact, latest, replayed, duplicate=True)
    if latest is not None and latest.status != ConversationStatus.CLOSED:
        conversation = latest
    else:
        conversation = await find_or_open_conversation(uow, inbox, contact)
    author = Author(kind="visitor", id=contact.id, name=contact.name or None)
    message = await thread.append(
        uow, conversation, author, inbound.content,
        client_msg_id=inbound.client_msg_id, external_id=inbound.external_id,
        known_new=conversation is latest,
    )  # fmt: skip
    return Stored(contact, conversation, message, duplicate=False)
