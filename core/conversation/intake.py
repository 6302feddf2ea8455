"""Storing what a citizen wrote: find or make the contact and the open conversation, append once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from core.conversation import repository, thread
from core.conversation.addresses import address_key
from core.conversation.attachments import coming
from core.conversation.attachments.coming import ComingFile
from core.conversation.attachments.repository import take_up
from core.conversation.content import AttachedFile, Content, TextContent
from core.conversation.language import CHINESE, guess_language
from core.conversation.models import Contact, ContactIdentity, Conversation, Inbox, Message
from core.conversation.schemas import Author, ConversationRead, MessageRead
from core.conversation.sent import Inbound
from core.conversation.status import ConversationStatus
from core.conversation.ways import ASK_TOPIC, ASKED_CHANNELS
from core.errors import Conflict, NotFound
from core.ids import new_id
from core.outbox.repository import enqueue
from core.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class InboundMessage:
    """A message as a channel hands it over. `external_contact` is the channel's own id of the citizen.

    `new_contact_id` is the id a contact made for it shall have, where the channel has already told it to the
    citizen's sockets; else one is made up. `sub_channel`: where within the inbox the citizen is (a page, a menu entry,
    a scanned code), "" unknown; a conversation keeps that of its beginning. `meta` is kept with the message.
    """

    inbox_id: str
    external_contact: str
    content: Inbound | ComingFile
    external_id: str | None = None
    client_msg_id: str | None = None
    contact_name: str = ""
    new_contact_id: str | None = None
    sub_channel: str = ""
    meta: dict[str, Any] | None = None


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

    @property
    def called(self) -> str | None:
        """The citizen's name."""
        return self.contact.name if self.contact is not None else None


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
    return contact or await _make_contact(uow, inbox, external_id, name=name, contact_id=contact_id)


async def _make_contact(
    uow: UnitOfWork, inbox: Inbox, external_id: str, *, name: str, contact_id: str | None
) -> Contact:
    contact = Contact(id=contact_id or new_id(), name=name, created_at=uow.clock.now())
    uow.session.add(contact)
    await uow.session.flush()
    identity = ContactIdentity(
        id=new_id(), inbox_id=inbox.id, external_id=external_id, contact_id=contact.id
    )
    uow.session.add(identity)
    if inbox.channel in ASKED_CHANNELS:
        # A key of its own: what is asked for must not hold up what the citizen is sent.
        key = "who:" + address_key(inbox.id, external_id)
        enqueue(uow, ASK_TOPIC, key, {"inbox_id": inbox.id, "external_id": external_id})
    return contact


async def find_or_open_conversation(
    uow: UnitOfWork, inbox: Inbox, contact: Contact, *, sub_channel: str = ""
) -> Conversation:
    """The contact's open conversation, locked. Two at once are prevented by a unique index: the loser retries."""
    conversation = await repository.open_conversation(uow.session, contact.id, inbox.id, lock=True)
    return conversation or await _open_conversation(uow, inbox, contact, sub_channel)


async def _open_conversation(
    uow: UnitOfWork, inbox: Inbox, contact: Contact, sub_channel: str
) -> Conversation:
    now = uow.clock.now()
    conversation = Conversation(
        id=new_id(), inbox_id=inbox.id, channel=inbox.channel, contact_id=contact.id,
        status=ConversationStatus.BOT.value, epoch=0, last_seq=0, visitor_seq=0, answered_seq=0,
        bot_since_seq=0, bot_session=0, visitor_read_seq=0, agent_read_seq=0, preview="",
        sub_channel=sub_channel, language=CHINESE,
        created_at=now, updated_at=now,
    )  # fmt: skip
    uow.session.add(conversation)
    await uow.session.flush()
    return conversation


async def store(uow: UnitOfWork, inbound: InboundMessage, *, careful: bool) -> Stored:
    """Append the message, or find it when this is a retry: by the channel's id, else by the client's.

    Not `careful`, a client's id is left to the unique index while the conversation is open: then IntegrityError is
    raised for a retry, and the caller tries again with care. Nearly no message is one.
    """
    inbox, contact = await repository.inbox_and_contact(
        uow.session, inbound.inbox_id, inbound.external_contact
    )
    if inbox is None:
        raise NotFound("这个接入点不存在或已停用。", what="inbox")
    if inbound.external_id is not None:
        known = await repository.message_by_external_id(uow.session, inbox.id, inbound.external_id)
        if known is not None:
            its_own = await thread.load(uow.session, known.conversation_id)
            return Stored(None, its_own, known, duplicate=True)
    if contact is None:
        latest = None
        contact = await _make_contact(
            uow, inbox, inbound.external_contact, name=inbound.contact_name,
            contact_id=inbound.new_contact_id,
        )  # fmt: skip
    else:
        latest = await repository.latest_conversation(uow.session, contact.id, inbox.id, lock=True)
    conversation: Conversation | None = None
    if latest is not None and latest.status != ConversationStatus.CLOSED:
        conversation = latest
    # A file is taken up once: a repeat has to be found before, not by the unique index.
    careful = careful or conversation is None or isinstance(inbound.content, AttachedFile)
    wanted = inbound.client_msg_id if careful else None
    if latest is not None and wanted is not None:
        # Not left to `append`: the conversation may have been closed between the first try and this one.
        replayed = await repository.message_by_client_id(uow.session, latest.id, wanted)
        if replayed is not None:
            if replayed.author_kind != "visitor":
                # A colleague's note among them: whoever guesses its number is not to read it.
                raise Conflict("这个消息编号已经用过了。", field="client_msg_id")
            return Stored(contact, latest, replayed, duplicate=True)
    if conversation is None:
        conversation = await _open_conversation(uow, inbox, contact, inbound.sub_channel)
    content = await _content(uow, conversation, contact, inbound.content)
    if conversation.visitor_seq == 0 and isinstance(content, TextContent):
        conversation.language = guess_language(content.text) or conversation.language
    author = Author(kind="visitor", id=contact.id, name=contact.name or None)
    message = await thread.append(
        uow, conversation, author, content,
        client_msg_id=inbound.client_msg_id, external_id=inbound.external_id,
        known_new=True, meta=inbound.meta,
    )  # fmt: skip
    if isinstance(inbound.content, ComingFile):
        coming.order(uow, message, inbound.content)
    return Stored(contact, conversation, message, duplicate=False)


async def _content(
    uow: UnitOfWork, conversation: Conversation, contact: Contact, sent: Inbound | ComingFile
) -> Content:
    """What the message will show. Raises AttachmentUnknown."""
    if isinstance(sent, ComingFile):
        return coming.place(uow, conversation, contact.id, sent)
    if isinstance(sent, AttachedFile):
        # Uploaded while the conversation before was still open, perhaps: what is sent later comes along.
        return await take_up(uow, conversation, sent, uploader_id=contact.id, earlier=True)
    return sent
