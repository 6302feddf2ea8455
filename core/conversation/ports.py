"""What the engine needs from the sibling packages. They implement these; `app` plugs them together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from core.conversation.content import Content, Personal
from core.conversation.deciding import HandoffContext as HandoffContext
from core.conversation.deciding import HandoffDecision as HandoffDecision
from core.conversation.deciding import HandoffPolicy as HandoffPolicy
from core.conversation.deciding import HandoffSummary as HandoffSummary
from core.conversation.deciding import OnDuty as OnDuty
from core.conversation.deciding import PastTurn as PastTurn
from core.conversation.deciding import Rule as Rule
from core.conversation.deciding import SummaryTurn as SummaryTurn
from core.conversation.models import Conversation, Inbox, Message
from core.conversation.search import Band as Band
from core.conversation.search import HotQuestion as HotQuestion
from core.conversation.search import HotQuestions as HotQuestions
from core.conversation.search import KnowledgeHit as KnowledgeHit
from core.conversation.search import KnowledgeQuery as KnowledgeQuery
from core.conversation.search import KnowledgeResult as KnowledgeResult
from core.conversation.search import KnowledgeSearch as KnowledgeSearch
from core.conversation.told import AfterPeople as AfterPeople
from core.conversation.told import MissedTurn as MissedTurn
from core.outbox.worker import Settled
from core.unit_of_work import UnitOfWork

# ---- bot -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class BotTurn:
    """One message for the bot. `region` filters knowledge; `inbox_name` is what citizens know the inbox by.

    `conversation_id` is Rasa's sender id: the conversation and the number of the bot's episode in it, so that
    after people have talked the bot starts afresh, with no open form. `earlier`: what the citizen wrote before,
    newest last. `seq` is the message's number. `settled`: no task and no question of the bot is open, so that a
    knowledge question may be answered without the dialogue engine. `missed`: turns it has not seen, oldest first.
    """

    conversation_id: str
    text: str
    inbox_id: str
    channel: str
    region: str
    earlier: tuple[str, ...] = ()
    inbox_name: str = ""
    after_people: AfterPeople | None = None
    seq: int = 0
    settled: bool = False
    missed: tuple[MissedTurn, ...] = ()


@dataclass(frozen=True)
class HandOff:
    """The bot understood that a person is wanted: `reason` such as asked_for_person, complaint, guided."""

    reason: str
    category: str | None = None
    evidence: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class FileTicket:
    """The bot collected what a ticket needs. `type`: a type's id, or its name; `fields`: by their keys or names.

    `business` and `region` None: what the conversation says. `name`, `phone`: of the citizen, as told; "" for neither.
    """

    type: str
    title: str
    description: str
    fields: dict[str, Any] = field(default_factory=dict)
    business: str | None = None
    region: str | None = None
    name: str = ""
    phone: str = ""


@dataclass(frozen=True)
class UrgeTicket:
    """The citizen asks to hurry. `phone`: the one left with the ticket, None for a ticket of the own contact."""

    number: str
    phone: str | None = None


@dataclass(frozen=True)
class CloseConversation:
    reason: str


Directive = HandOff | FileTicket | UrgeTicket | CloseConversation


@dataclass(frozen=True)
class Understanding:
    """What the bot made of the message; kept with the reply, read by the handoff rules.

    `business`: what the message is about: the task's, or the article's category with those above it (公积金/提取).
    """

    intent: str | None = None
    confidence: float | None = None
    band: Band | None = None
    article_id: str | None = None
    score: float | None = None
    business: str | None = None


@dataclass(frozen=True)
class OpenTask:
    """A task that is under way after a turn: its title, and what was answered so far that may be shown."""

    title: str
    answers: tuple[str, ...] = ()


@dataclass(frozen=True)
class BotReply:
    """`personal`: by place in `contents`, what is the citizen's own data. `said`: the citizen's message as it may be
    kept, None for as it is. `signed_out`: personal contents shown before are to be forgotten now. `settled`: as in
    BotTurn, after this turn. `missed`: the dialogue engine did not take part in it. `failed`: it should have and could
    not; this is what stands in for its reply. `task`: what is under way after the turn."""

    contents: list[Content]
    directives: list[Directive] = field(default_factory=list)
    understanding: Understanding = field(default_factory=Understanding)
    personal: Mapping[int, Personal] = field(default_factory=dict)
    said: str | None = None
    signed_out: bool = False
    settled: bool = False
    missed: bool = False
    failed: bool = False
    task: OpenTask | None = None


class Bot(Protocol):
    async def respond(self, turn: BotTurn) -> BotReply:
        """One turn. Raises core.errors.Unavailable when the bot cannot answer; an empty reply is never returned."""

    async def healthy(self) -> bool: ...


# ---- people ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Admission:
    """Whether people can take it. Not admitted: `text` tells the citizen when and how else, and the bot stays.

    `offer`: the same with what can be done instead: nobody is there, but the citizen may leave word.
    """

    admitted: bool
    text: str
    offer: Content | None = None
    position: int | None = None
    eta_seconds: int | None = None


@dataclass(frozen=True)
class Beside:
    """What becomes of a message of somebody who waits, beside being kept for people.

    `cancel`: he does not want to wait any longer. `content`: said at once. `ask`: may be a question for the bot.
    """

    cancel: bool = False
    content: Content | None = None
    ask: bool = False


class Desk(Protocol):
    """The people's side, called inside the engine's transaction: it adds rows and events, never commits."""

    async def admit(
        self, uow: UnitOfWork, conversation: Conversation, decision: HandoffDecision
    ) -> Admission: ...

    async def leave_queue(
        self,
        uow: UnitOfWork,
        conversation: Conversation,
        state: Literal["cancelled", "timed_out", "closed"],
    ) -> None:
        """The conversation no longer waits; others move up."""
        ...

    async def file_ticket(
        self, uow: UnitOfWork, conversation: Conversation, ticket: FileTicket
    ) -> str:
        """Files it and returns the number the citizen can quote."""
        ...

    async def urge_ticket(
        self, uow: UnitOfWork, conversation: Conversation, wanted: UrgeTicket
    ) -> str:
        """Writes down that the citizen asks to hurry, if the ticket is his; returns what he is told."""
        ...

    async def on_visitor_message(
        self, uow: UnitOfWork, conversation: Conversation, message: Message
    ) -> None:
        """A citizen wrote to an agent or into the queue: clocks start, the owner is alerted."""
        ...

    async def while_waiting(
        self, uow: UnitOfWork, conversation: Conversation, message: Message
    ) -> Beside:
        """What becomes of the message of a citizen who waits, beside being kept for people."""
        ...

    async def lead_in(self, uow: UnitOfWork) -> str:
        """What stands before an answer of the bot to somebody who waits; "" for nothing."""
        ...

    async def parting(self, uow: UnitOfWork, conversation: Conversation) -> dict[str, Any]:
        """What the line that closes the conversation carries beside its text, for channels that draw it themselves."""
        ...

    async def on_closed(
        self, uow: UnitOfWork, conversation: Conversation, had_agent: str | None
    ) -> None:
        """After closing: invite the rating, free the agent's capacity, cancel clocks."""
        ...


# ---- channels --------------------------------------------------------------------------------------------------


class DeliveryRefused(Exception):
    """The channel will never take this message (window closed, quota spent, blocked). Not retried."""

    def __init__(self, code: str, reason: str) -> None:
        self.code, self.reason = code, reason
        super().__init__(f"{code}: {reason}")


class OutboundChannel(Protocol):
    """Brings messages to citizens who are not on our own sockets."""

    channel: str

    async def deliver(self, inbox: Inbox, external_id: str, message: Message) -> Settled | None:
        """Deliver one stored message. Any exception but DeliveryRefused means: try again later.

        A channel that keeps a ledger of its own answers with what is to be written with the end of the delivery, or
        raises the outbox's own Refused, TryAgain, Postponed; it tells the desk itself.
        """
        ...
