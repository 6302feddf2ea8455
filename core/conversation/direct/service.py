"""The short way: engine and desk try it first for a text between a citizen and the agent who serves.

It knows which conversations are served only from messages that went the general way here, keeps what it knows as long
as the statements prove it true, and never decides anything: where the proof fails, the general way is gone.
"""

from __future__ import annotations

from collections import OrderedDict
from datetime import datetime
from typing import Protocol

from core.conversation import thread
from core.conversation.content import TextContent
from core.conversation.direct.words import Marks, Said, Served
from core.conversation.direct.writer import DirectWriter
from core.conversation.intake import InboundMessage
from core.conversation.models import Contact, Conversation
from core.conversation.schemas import Author, MessageRead
from core.conversation.status import ConversationStatus
from core.events import contact_room
from core.ids import new_id
from core.unit_of_work import UnitOfWorkFactory

# Conversations known to be served, the latest used; far more than one server has at a time.
MOST_KNOWN = 20_000


class Clocks(Protocol):
    """How a message moves the clocks of a served conversation (handoff/sla)."""

    async def citizen_writes(self, now: datetime) -> Marks: ...
    async def agent_writes(self, now: datetime) -> Marks: ...


class Direct:
    def __init__(self, *, uows: UnitOfWorkFactory, clocks: Clocks) -> None:
        self._uows = uows
        self._clocks = clocks
        self.writer = DirectWriter(uows.database)
        # By inbox and the channel's id of the citizen; and, where the owner has answered once, by conversation.
        self._citizens: OrderedDict[tuple[str, str], Served] = OrderedDict()
        self._answered: OrderedDict[str, Served] = OrderedDict()

    # ---- knowing ---------------------------------------------------------------------------------

    def citizen_wrote(
        self, message: InboundMessage, conversation: Conversation, contact: Contact | None
    ) -> None:
        """Stored the general way: the next one may take the short one."""
        if contact is not None and _takes_short_way(conversation):
            key = (message.inbox_id, message.external_contact)
            _keep(self._citizens, key, Served.of(conversation, contact.name))

    def agent_answered(self, conversation: Conversation) -> None:
        """The same of what the owner said to the citizen."""
        if _takes_short_way(conversation):
            _keep(self._answered, conversation.id, Served.of(conversation))

    # ---- saying ----------------------------------------------------------------------------------

    async def from_citizen(self, message: InboundMessage) -> MessageRead | None:
        """The stored message; None: go the general way."""
        key = (message.inbox_id, message.external_contact)
        served = self._citizens.get(key)
        if served is None or message.external_id is not None or message.client_msg_id is None:
            return None
        if not isinstance(message.content, TextContent):
            return None
        now = self._uows.clock.now()
        author = Author(kind="visitor", id=served.contact_id, name=served.called or None)
        marks = await self._clocks.citizen_writes(now)
        stored = await self._say(served, author, message.content, message.client_msg_id, now, marks)
        if stored is None:
            self._citizens.pop(key, None)
        return stored

    async def from_agent(
        self, conversation_id: str, author: Author, content: TextContent, client_msg_id: str
    ) -> MessageRead | None:
        """As `from_citizen`, for a text of the owner to the citizen; others' words go the general way."""
        served = self._answered.get(conversation_id)
        if served is None or served.owner_id != author.id:
            return None
        now = self._uows.clock.now()
        marks = await self._clocks.agent_writes(now)
        stored = await self._say(served, author, content, client_msg_id, now, marks)
        if stored is None:
            self._answered.pop(conversation_id, None)
        return stored

    async def _say(
        self, served: Served, author: Author, content: TextContent, client_msg_id: str,
        now: datetime, marks: Marks,
    ) -> MessageRead | None:  # fmt: skip
        said = Said(
            id=new_id(), served=served, author=author, content=content,
            client_msg_id=client_msg_id, preview=thread.preview_of(content, author.kind),
            at=now, marks=marks,
        )  # fmt: skip
        seq = await self.writer.write(said)
        if seq is None:
            return None
        read = MessageRead(
            id=said.id, conversation_id=served.conversation_id, seq=seq, author=author,
            content=content, client_msg_id=client_msg_id, created_at=now,
        )  # fmt: skip
        windows = contact_room(served.contact_id, served.inbox_id)
        audience = thread.audience(served.conversation_id, windows, served.owner_id)
        for event in thread.tellings("message.created", read, audience, content):
            await self._uows.announce(event)
        return read


def _takes_short_way(conversation: Conversation) -> bool:
    return (
        conversation.status == ConversationStatus.ASSIGNED
        and conversation.owner_id is not None
        and conversation.channel in thread.SOCKET_CHANNELS
    )


def _keep(
    known: OrderedDict[str, Served] | OrderedDict[tuple[str, str], Served],
    key: object,
    served: Served,
) -> None:
    known[key] = served  # type: ignore[index]
    known.move_to_end(key)  # type: ignore[arg-type]
    if len(known) > MOST_KNOWN:
        known.popitem(last=False)
