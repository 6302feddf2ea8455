"""The primitives of a conversation inside a transaction: load, append a message, change the status.

The engine and the desk use them; nobody else writes to conversations or messages.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from core import audit
from core.auth.models import Account
from core.conversation import outside, repository
from core.conversation.addresses import key_of
from core.conversation.content import (
    CONTENT,
    ActivityContent,
    Content,
    Personal,
    plain_text,
    veiled,
)
from core.conversation.models import Contact, Conversation, Message
from core.conversation.schemas import PERSONAL, Author, ConversationRead, Delivery, MessageRead
from core.conversation.status import ConversationStatus, Trigger, next_status
from core.conversation.ways import MIXED_CHANNELS, TRAVELLED, travels_from
from core.conversation.ways import SOCKET_CHANNELS as SOCKET_CHANNELS
from core.errors import NotFound
from core.events import (
    DESK_ROOM,
    SUPERVISOR_ROOM,
    Audience,
    Event,
    agent_room,
    contact_room,
    conversation_room,
)
from core.ids import new_id
from core.masked_numbers import covered
from core.outbox.repository import enqueue
from core.unit_of_work import UnitOfWork

DELIVER_TOPIC = "message.deliver"
SYSTEM = Author(kind="system")


async def load(session: AsyncSession, conversation_id: str) -> Conversation:
    conversation = await session.get(Conversation, conversation_id)
    if conversation is None:
        raise NotFound(what="conversation")
    return conversation


async def load_for_update(uow: UnitOfWork, conversation_id: str) -> Conversation:
    """The conversation, locked until the transaction ends, so that seq and status have one writer."""
    conversation = await repository.conversation_for_update(uow.session, conversation_id)
    if conversation is None:
        raise NotFound(what="conversation")
    return conversation


def audience_of(conversation: Conversation, *, private: bool = False) -> Audience:
    """The citizen (unless private), the owner, and agents who have the conversation open."""
    return audience(
        conversation.id, contact_room(conversation.contact_id, conversation.inbox_id),
        conversation.owner_id, private=private,
    )  # fmt: skip


def audience(
    conversation_id: str, windows: str, owner_id: str | None, *, private: bool = False
) -> Audience:
    """As `audience_of`, of a conversation of which only this is at hand. `windows`: the citizen's room."""
    agents = {conversation_room(conversation_id)}
    if owner_id:
        agents.add(agent_room(owner_id))
    visitors = frozenset() if private else frozenset({windows})
    return Audience(visitor_rooms=visitors, agent_rooms=frozenset(agents))


async def append(
    uow: UnitOfWork,
    conversation: Conversation,
    author: Author,
    content: Content,
    *,
    client_msg_id: str | None = None,
    external_id: str | None = None,
    private: bool = False,
    meta: dict[str, Any] | None = None,
    known_new: bool = False,
    personal: Personal | None = None,
) -> Message:
    """Store a message under the next seq and see to its delivery.

    `conversation` must have been loaded for update. A client_msg_id that was stored before returns that row;
    `known_new` says that the caller has looked for it. `personal`: only the citizen gets to see the content; for
    everybody else a line of what it was stands in its place.
    """
    shown = content
    if personal is not None:
        until = {"label": personal.label, "until": personal.until.isoformat()}
        meta = {**(meta or {}), PERSONAL: {"content": content.model_dump(mode="json"), **until}}
        content = veiled(content, f"【{personal.label}】已核验身份，内容只有本人能看到。")
    if client_msg_id is not None and not known_new:
        stored = await repository.message_by_client_id(uow.session, conversation.id, client_msg_id)
        if stored is not None:
            return stored
    now = uow.clock.now()
    conversation.last_seq += 1
    conversation.updated_at = now
    if not private and author.kind != "system":
        conversation.preview = preview_of(content, author.kind)
    message = Message(
        id=new_id(),
        conversation_id=conversation.id,
        inbox_id=conversation.inbox_id,
        seq=conversation.last_seq,
        author_kind=author.kind,
        author_id=author.id,
        author_name=author.name or "",
        content=content.model_dump(mode="json"),
        private=private,
        client_msg_id=client_msg_id,
        external_id=external_id,
        meta=meta or {},
        created_at=now,
    )
    if author.kind == "visitor":
        conversation.visitor_seq = message.seq
    uow.session.add(message)
    audience = audience_of(conversation, private=private)
    travels = (
        author.kind != "visitor" and not private and await travels_from(uow.session, conversation)
    )
    if travels and conversation.channel in MIXED_CHANNELS:
        message.meta = {**message.meta, TRAVELLED: True}
    delivery = Delivery(state="sending") if travels else None
    _tell(uow, "message.created", message, audience, shown, delivery)
    if travels:
        key = await key_of(uow.session, conversation)
        enqueue(uow, DELIVER_TOPIC, key, {"message_id": message.id}, about=conversation.id)
    return message


def preview_of(content: Content, author_kind: str) -> str:
    """The line that lists show of the last message; never a personal number in full."""
    return covered(plain_text(content), by_citizen=author_kind == "visitor")[:120]


def tell_changed(uow: UnitOfWork, conversation: Conversation, message: Message) -> None:
    """Push message.updated: the stored content is another one now."""
    audience = audience_of(conversation, private=message.private)
    _tell(uow, "message.updated", message, audience, CONTENT.validate_python(message.content))
    if not message.private:
        outside.tell(uow, conversation, "message.updated", {"message_id": message.id})


def _tell(
    uow: UnitOfWork,
    name: str,
    message: Message,
    audience: Audience,
    shown: Content,
    delivery: Delivery | None = None,
) -> None:
    """Push the message; what is personal goes to the citizen alone, and numbers in full as well."""
    read = MessageRead.of(message)
    read.delivery = delivery
    for event in tellings(name, read, audience, shown):
        uow.publish(event)


def tellings(name: str, read: MessageRead, audience: Audience, shown: Content) -> list[Event]:
    """The events that push a message to each as they may see it; `shown` is the content for the citizen."""
    desk = read.in_part()
    if desk.content == shown:
        return [Event(name, desk, audience)]
    events = [Event(name, desk, replace(audience, visitor_rooms=frozenset()))]
    if audience.visitor_rooms:
        citizen = read.model_copy(update={"content": shown})
        events.append(Event(name, citizen, replace(audience, agent_rooms=frozenset())))
    return events


async def transition(
    uow: UnitOfWork,
    conversation: Conversation,
    trigger: Trigger,
    *,
    actor: str,
    text: str,
    owner_id: str | None = None,
    data: dict[str, Any] | None = None,
    meta: dict[str, Any] | None = None,
    shown: dict[str, Any] | None = None,
) -> Message:
    """Change the status by the table; the only code that sets status or owner.

    Raises the epoch, writes the activity line `text`, which citizen and agents read, and the audit row with
    `data` (ids and codes, nothing personal), and tells everybody. `owner_id` is the new owner for triggers that
    lead to `assigned`. `meta` is kept with the line alone; `shown` stands in it, for whoever reads it.
    """
    before, previous_owner = conversation.status, conversation.owner_id
    status = next_status(ConversationStatus(before), trigger)
    if (status is ConversationStatus.ASSIGNED) != (owner_id is not None):
        raise ValueError(f"{trigger} needs an owner exactly when it leads to assigned")
    conversation.status = status
    conversation.owner_id = owner_id
    conversation.epoch += 1
    conversation.turn_lease_until = None
    # The clocks of whoever served before are void; the new owner owes an answer from now on.
    assigned = status is ConversationStatus.ASSIGNED
    conversation.waiting_since = uow.clock.now() if assigned else None
    conversation.answer_due_at = conversation.quiet_since = None
    conversation.clock_stage = 0
    if status is ConversationStatus.BOT:
        # What was written to people was for people; the bot starts a new episode after it.
        conversation.answered_seq = conversation.visitor_seq
        conversation.bot_since_seq = conversation.last_seq
        # Who only waited and gave it up goes on where he was: an open form is still open.
        conversation.bot_session += before != ConversationStatus.QUEUED
    if status is ConversationStatus.QUEUED:
        # The bot answers what is written from now on (beside.py); what led here is people's.
        conversation.answered_seq = conversation.visitor_seq
    if status is ConversationStatus.CLOSED:
        conversation.closed_at = uow.clock.now()
    activity = ActivityContent(
        kind=trigger.value, text=text, data={"to": status.value, **(shown or {})}
    )
    # With the line, not in it: what was decided and why is read by the learning loop, not by the citizen.
    message = await append(
        uow, conversation, SYSTEM, activity, meta={**(data or {}), **(meta or {})}
    )
    audit.record(
        uow, actor=actor, action=f"conversation.{trigger.value}", subject=f"conversation:{conversation.id}",
        epoch=conversation.epoch, before=before, owner=owner_id, previous_owner=previous_owner, **(data or {}),
    )  # fmt: skip
    await publish_state(uow, conversation, also_agent=previous_owner)
    return message


async def publish_state(
    uow: UnitOfWork, conversation: Conversation, *, also_agent: str | None = None
) -> None:
    """Push conversation.updated, to each as much as they may see.

    The whole desk learns status and owner; what it is about goes to those who serve or supervise it. Those who may
    take what waits learn it from the queue (conversation.queued). The fuller form is published last, so that it stays.
    """
    read = await read_conversation(uow.session, conversation)
    desk = Audience(agent_rooms=frozenset({DESK_ROOM}))
    uow.publish(Event("conversation.updated", read.for_desk(), desk))
    rooms = audience_of(conversation).agent_rooms | {SUPERVISOR_ROOM}
    rooms |= {agent_room(also_agent)} if also_agent else set()
    uow.publish(Event("conversation.updated", read, Audience(agent_rooms=rooms)))
    tell_citizen_state(uow, conversation, read)


def tell_citizen_state(uow: UnitOfWork, conversation: Conversation, read: ConversationRead) -> None:
    """Push conversation.updated to the citizen alone."""
    seen = read.for_visitor()
    room = contact_room(conversation.contact_id, conversation.inbox_id)
    visitors = Audience(visitor_rooms=frozenset({room}))
    uow.publish(Event("conversation.updated", seen, visitors))
    outside.tell(uow, conversation, "conversation.updated", seen.model_dump(mode="json"))


async def read_conversation(session: AsyncSession, conversation: Conversation) -> ConversationRead:
    """What the desk sees of it, with the names of owner and contact."""
    contact = await session.get(Contact, conversation.contact_id)
    owner = await session.get(Account, conversation.owner_id) if conversation.owner_id else None
    return ConversationRead.of(
        conversation,
        owner_name=owner.name if owner else None,
        contact_name=contact.name if contact else None,
        contact_tags=contact.tags if contact else None,
    )
