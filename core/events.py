"""Everything that is pushed to clients: the event names and payloads in one place, and who may hear them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, Field

from core.conversation.leaving import LeftMessageUpdated, OwnLeftMessages
from core.conversation.rating import RatedService, RatingOffer
from core.conversation.replying import ReplyWindowUpdated
from core.conversation.schemas import ConversationRead, MessageRead
from core.conversation.widget import InboxWidget


class QueueUpdated(BaseModel):
    conversation_id: str
    position: int
    ahead: int
    eta_seconds: int | None = None


class TypingUpdated(BaseModel):
    conversation_id: str
    author: Literal["visitor", "agent", "bot"]
    on: bool
    name: str | None = None


class RatingRequested(BaseModel):
    """`service`: the one that is to be rated."""

    conversation_id: str
    service: str | None = None
    invited_by: str | None = None


class QueuePlace(BaseModel):
    """Where in the queue: in the order of `order_at`, for anybody or for a group."""

    queued_at: datetime
    order_at: datetime
    priority: int
    group_id: str | None
    category: str | None


class ConversationQueued(BaseModel):
    conversation: ConversationRead
    waiting: int
    place: QueuePlace


class ConversationAssigned(BaseModel):
    """`unread`: what the citizen wrote and no agent has read."""

    conversation: ConversationRead
    agent_id: str
    unread: int


class SuggestionsUpdated(BaseModel):
    """Knowledge suggestions for the message `for_seq`; `results` as in `kb search`.

    `for_draft`: for what the citizen is still writing after that message, which nobody sees.
    """

    conversation_id: str
    for_seq: int
    results: list[dict[str, Any]]
    for_draft: bool = False


class PresenceUpdated(BaseModel):
    """`reason`: why busy or at rest; `since`: in this status; `by`: who chose it."""

    agent_id: str
    status: Literal["online", "busy", "rest", "wrap_up", "offline"]
    reason: str = ""
    since: datetime | None = None
    by: Literal["agent", "system", "supervisor"] = "agent"
    active: int = 0
    capacity: int = 0


class WrapUpUpdated(BaseModel):
    """A form of the agent's: owed, saved or skipped. `until`: the time for it runs to then."""

    id: str
    conversation_id: str
    state: Literal["pending", "done", "skipped"]
    until: datetime | None = None


class AlertRaised(BaseModel):
    code: str
    message: str
    details: dict[str, Any] = {}


class ParticipantRead(BaseModel):
    """An agent beside the owner: asks to join, is invited to, or has joined."""

    agent_id: str
    name: str
    state: Literal["asked", "invited", "joined"]
    at: datetime


class TransferRead(BaseModel):
    """A conversation on its way to an agent, who has not accepted yet, or to a group.

    It says nothing any more when the conversation's epoch is another one.
    """

    id: str
    epoch: int
    from_agent: str
    from_name: str
    to_agent: str | None
    to_group: str | None
    to_name: str
    note: str
    expires_at: datetime


class TeamUpdated(BaseModel):
    """How a conversation stands among colleagues, as a whole. `return_to`: who handed it to the owner of `epoch`."""

    conversation_id: str
    epoch: int
    owner_id: str | None
    participants: list[ParticipantRead]
    transfer: TransferRead | None
    return_to: str | None = None
    return_to_name: str | None = None


class Exchange(BaseModel):
    """What may be sent in an inbox beside texts, and how large a file may be."""

    kinds: list[Literal["image", "voice", "video", "file"]] = []
    max_mb: int = 0


class TicketUpdated(BaseModel):
    """A ticket has moved on; whoever shows it, or counts some, asks anew. `step`: "" for citizens."""

    id: str
    number: str
    status: Literal["new", "open", "pending", "resolved", "closed", "withdrawn"]
    version: int
    step: str


class OwnTickets(BaseModel):
    """How many tickets the citizen has filed in the window's inbox, and what is new about them.

    `asked`: so many wait for the citizen. `told_at`: when he was asked, told or answered something last.
    """

    count: int = 0
    asked: int = 0
    told_at: datetime | None = None


class SessionReady(BaseModel):
    token: str
    contact: str
    conversation: ConversationRead | None
    unread: int
    welcome: list[dict[str, Any]] = []
    hot: list[str] = []
    # What is being written to an agent may be looked up for them (set_typing's `draft`).
    drafts: bool = False
    rating: RatingOffer | None = None
    exchange: Exchange = Field(default_factory=Exchange)
    widget: InboxWidget = InboxWidget()
    left_messages: OwnLeftMessages = OwnLeftMessages()
    tickets: OwnTickets = OwnTickets()
    # Templates of WeChat for which a mini-program may ask consent (wx.requestSubscribeMessage), three at most.
    subscribe: list[str] = []


class SessionMoved(BaseModel):
    """The citizen turned out to be one we know already (persons.py): the window connects anew, with its token."""


class HotUpdated(BaseModel):
    """The questions an inbox offers first have changed."""

    questions: list[str]


# The contract's names. A payload type belongs to exactly one name.
EVENTS: dict[str, type[BaseModel]] = {
    "session.ready": SessionReady,
    "session.moved": SessionMoved,
    "message.created": MessageRead,
    "message.updated": MessageRead,
    "conversation.updated": ConversationRead,
    "queue.updated": QueueUpdated,
    "typing.updated": TypingUpdated,
    "rating.requested": RatingRequested,
    "rating.updated": RatedService,
    "conversation.queued": ConversationQueued,
    "conversation.assigned": ConversationAssigned,
    "suggestions.updated": SuggestionsUpdated,
    "presence.updated": PresenceUpdated,
    "alert.raised": AlertRaised,
    "wrap_up.updated": WrapUpUpdated,
    "team.updated": TeamUpdated,
    "hot.updated": HotUpdated,
    "left_message.updated": LeftMessageUpdated,
    "reply_window.updated": ReplyWindowUpdated,
    "ticket.updated": TicketUpdated,
}


@dataclass(frozen=True)
class Audience:
    """Who hears an event: rooms of the /visitor and of the /agent namespace."""

    visitor_rooms: frozenset[str] = frozenset()
    agent_rooms: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Event:
    """Something that was committed, ready to be pushed."""

    name: str
    payload: BaseModel
    audience: Audience = field(default_factory=Audience)

    def __post_init__(self) -> None:
        if not isinstance(self.payload, EVENTS[self.name]):
            raise TypeError(f"{self.name} carries {EVENTS[self.name].__name__}")


# Rooms. Visitors join their contact's room in their inbox and the inbox's; agents join `desk`, `tickets`,
# their own, `supervisors` if they are, and those of conversations they open. Whoever only works on tickets
# joins `tickets` and his own.
DESK_ROOM = "desk"
TICKETS_ROOM = "tickets"
SUPERVISOR_ROOM = "supervisors"


def contact_room(contact_id: str, inbox_id: str) -> str:
    """The citizen's open windows on the inbox. Of what he says elsewhere they hear nothing (persons.py)."""
    return f"contact:{contact_id}:{inbox_id}"


def ticket_room(ticket_id: str) -> str:
    """The windows in which the ticket was opened with its number; the window's own are told in its contact's room."""
    return f"ticket:{ticket_id}"


def inbox_room(inbox_id: str) -> str:
    """All citizens who have the inbox's window open."""
    return f"inbox:{inbox_id}"


def agent_room(agent_id: str) -> str:
    return f"agent:{agent_id}"


def is_agent_room(room: str) -> bool:
    return room.startswith(agent_room(""))


def queue_room(group_id: str | None) -> str:
    """The desks that may take what waits for the group; None: for anybody."""
    return f"queue:{group_id or 'any'}"


def is_queue_room(room: str) -> bool:
    return room.startswith("queue:")


def conversation_room(conversation_id: str) -> str:
    return f"conversation:{conversation_id}"
