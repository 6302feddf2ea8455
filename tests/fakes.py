"""Fakes of the engine's ports for unit tests of what surrounds them. Each keeps what it was asked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Literal

from sqlalchemy.ext.asyncio import AsyncSession

from core.conversation.content import TextContent
from core.conversation.models import Conversation, Message
from core.conversation.ports import (
    Admission,
    Beside,
    BotReply,
    BotTurn,
    FileTicket,
    HandoffContext,
    HandoffDecision,
    HotQuestion,
    KnowledgeQuery,
    KnowledgeResult,
    UrgeTicket,
)
from core.errors import Unavailable
from core.events import Event
from core.unit_of_work import UnitOfWork


class ScriptedBot:
    """Answers with what `answer` returns for the text; echoes by default. `down` makes it unavailable."""

    def __init__(self, answer: Callable[[str], BotReply] | None = None) -> None:
        self.turns: list[BotTurn] = []
        self.down = False
        self.before_reply: Callable[[], object] | None = None
        self._answer = answer or (
            lambda text: BotReply(contents=[TextContent(text=f"您说：{text}")])
        )

    async def respond(self, turn: BotTurn) -> BotReply:
        self.turns.append(turn)
        if self.down:
            raise Unavailable(part="bot")
        if self.before_reply is not None:
            await self.before_reply()  # type: ignore[misc]
        return self._answer(turn.text)

    async def healthy(self) -> bool:
        return not self.down


class OpenDesk:
    """Admits everybody, unless `refusal` is set."""

    def __init__(self) -> None:
        self.admitted: list[HandoffDecision] = []
        self.left: list[str] = []
        self.tickets: list[FileTicket] = []
        self.urged: list[UrgeTicket] = []
        self.visitor_messages: list[str] = []
        self.closed: list[str | None] = []
        self.refusal: str | None = None
        self.beside = Beside()
        self.asked: dict[str, Any] = {}

    async def admit(
        self, uow: UnitOfWork, conversation: Conversation, decision: HandoffDecision
    ) -> Admission:
        if self.refusal is not None:
            return Admission(admitted=False, text=self.refusal)
        self.admitted.append(decision)
        return Admission(admitted=True, text="已为您转人工，您排在第 1 位。", position=1)

    async def leave_queue(
        self,
        uow: UnitOfWork,
        conversation: Conversation,
        state: Literal["cancelled", "timed_out", "closed"],
    ) -> None:
        self.left.append(state)

    async def file_ticket(
        self, uow: UnitOfWork, conversation: Conversation, ticket: FileTicket
    ) -> str:
        self.tickets.append(ticket)
        return f"T{len(self.tickets)}"

    async def urge_ticket(
        self, uow: UnitOfWork, conversation: Conversation, wanted: UrgeTicket
    ) -> str:
        self.urged.append(wanted)
        return "已催办。"

    async def on_visitor_message(
        self, uow: UnitOfWork, conversation: Conversation, message: Message
    ) -> None:
        self.visitor_messages.append(message.id)

    async def while_waiting(
        self, uow: UnitOfWork, conversation: Conversation, message: Message
    ) -> Beside:
        return self.beside

    async def lead_in(self, uow: UnitOfWork) -> str:
        return "排队时先答您："

    async def parting(self, uow: UnitOfWork, conversation: Conversation) -> dict[str, Any]:
        return self.asked

    async def on_closed(
        self, uow: UnitOfWork, conversation: Conversation, had_agent: str | None
    ) -> None:
        self.closed.append(had_agent)


class NoKnowledge:
    """Finds nothing; texts are alike only when they are the same."""

    def search(self, query: KnowledgeQuery) -> KnowledgeResult:
        return KnowledgeResult(band="unknown", hits=[])

    def remembered(self, query: KnowledgeQuery) -> KnowledgeResult | None:
        return None

    def similarity(self, text: str, others: Sequence[str]) -> list[float]:
        return [1.0 if other == text else 0.0 for other in others]


class HotList:
    """Offers what `questions` holds, by article key, to every inbox."""

    def __init__(self, questions: dict[str, str] | None = None) -> None:
        self.questions = questions or {}

    async def of_inbox(self, inbox_id: str) -> list[HotQuestion]:
        return [HotQuestion(key, question) for key, question in self.questions.items()]

    async def question_of(self, key: str) -> str | None:
        return self.questions.get(key)


class InternalArticles:
    """Those whose ids are in `ids` are for agents only."""

    def __init__(self) -> None:
        self.ids: set[str] = set()

    async def is_internal(self, session: AsyncSession, article_id: str) -> bool:
        return article_id in self.ids


class ScriptedPolicy:
    """Hands off where `rule` says so; it sees every context, before and after the bot."""

    def __init__(
        self, rule: Callable[[HandoffContext], HandoffDecision | None] | None = None
    ) -> None:
        self.contexts: list[HandoffContext] = []
        self._rule = rule or (lambda context: None)

    def evaluate(self, context: HandoffContext) -> HandoffDecision | None:
        self.contexts.append(context)
        return self._rule(context)

    def pressed(self, context: HandoffContext) -> HandoffDecision | None:
        self.contexts.append(context)
        return HandoffDecision(rule="button", evidence={}, category=context.business)


class Heard:
    """Collects what was published after commits."""

    def __init__(self) -> None:
        self.events: list[Event] = []

    async def __call__(self, events: list[Event]) -> None:
        self.events.extend(events)

    def names(self) -> list[str]:
        return [event.name for event in self.events]
