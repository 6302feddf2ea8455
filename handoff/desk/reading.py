"""What agents look at: lists, one conversation, its messages and the side panel."""

from __future__ import annotations

from typing import Any

from core.auth.actor import Actor
from core.conversation import repository as conversations
from core.conversation import thread
from core.conversation.models import Contact, Conversation, Inbox
from core.conversation.schemas import ConversationRead, MessageRead
from core.conversation.status import ConversationStatus
from core.errors import NotFound
from core.unit_of_work import UnitOfWorkFactory
from handoff.desk import repository
from handoff.desk.access import check_readable
from handoff.desk.ports import RatingLookup, TicketFiling
from handoff.desk.schemas import (
    ContactRead,
    ConversationContext,
    ConversationItem,
    ConversationPage,
    EarlierConversation,
    HandoffReason,
    MessagePage,
)
from handoff.queue import repository as queue

RULE_LABELS = {
    "keyword": "市民要求转人工",
    "unknown": "连续多次未能回答",
    "guided": "市民选择转人工",
    "understood": "识别到转人工意愿或情绪",
    "repeated": "反复询问同一问题",
    "button": "市民点击转人工",
}
REASON_LABELS = {"complaint": "市民要投诉", "anger": "市民情绪激动"}
EARLIER_SHOWN = 10


class DeskReader:
    def __init__(
        self, *, uows: UnitOfWorkFactory, tickets: TicketFiling, ratings: RatingLookup
    ) -> None:
        self._uows = uows
        self._tickets = tickets
        self._ratings = ratings

    async def page(
        self,
        actor: Actor,
        *,
        status: ConversationStatus | None = None,
        mine: bool = False,
        after: str | None = None,
        limit: int = 50,
    ) -> ConversationPage:
        """A page of what the actor may see; see repository.page for the order."""
        async with self._uows.read() as session:
            rows = await repository.page(
                session, actor, status=status, mine=mine, after=after, limit=limit + 1
            )
            shown = rows[:limit]
            unread = await repository.unread(session, [row[0].id for row in shown])
            waiting = await queue.count_waiting(session)
        items = []
        for conversation, entry, owner, contact in shown:
            read = ConversationItem.of(conversation, owner_name=owner, contact_name=contact)
            more: dict[str, Any] = {"unread": unread.get(conversation.id, 0)}
            if entry is not None:
                more |= {
                    "queued_at": entry.enqueued_at,
                    "category": entry.category,
                    "priority": entry.priority,
                }
            items.append(read.model_copy(update=more))
        following = items[-1].id if len(rows) > limit else None
        return ConversationPage(items=items, next=following, waiting=waiting)

    async def get(self, conversation_id: str, actor: Actor) -> ConversationRead:
        async with self._uows.read() as session:
            conversation = await thread.load(session, conversation_id)
            await check_readable(session, conversation, actor)
            return await thread.read_conversation(session, conversation)

    async def may_read(self, conversation_id: str, actor: Actor) -> bool:
        try:
            await self.get(conversation_id, actor)
        except NotFound:
            return False
        return True

    async def messages(
        self,
        conversation_id: str,
        actor: Actor,
        *,
        after_seq: int | None = None,
        before_seq: int | None = None,
        limit: int = 50,
    ) -> MessagePage:
        """A page of the thread, private notes included."""
        async with self._uows.read() as session:
            conversation = await thread.load(session, conversation_id)
            await check_readable(session, conversation, actor)
            rows = await conversations.messages(
                session, conversation_id, after_seq=after_seq, before_seq=before_seq, limit=limit
            )
            last_seq = conversation.last_seq
        more = bool(rows) and rows[-1].seq < last_seq
        return MessagePage(
            items=[MessageRead.of(row) for row in rows], next=rows[-1].seq if more else None
        )

    async def context(self, conversation_id: str, actor: Actor) -> ConversationContext:
        """The side panel: who it is, why people were asked in, what was before."""
        async with self._uows.read() as session:
            conversation = await thread.load(session, conversation_id)
            await check_readable(session, conversation, actor)
            contact = await session.get(Contact, conversation.contact_id)
            inbox = await session.get(Inbox, conversation.inbox_id)
            assert contact is not None
            assert inbox is not None
            earlier = await repository.earlier(session, conversation, EARLIER_SHOWN)
            agents = await repository.agents_of(session, [row.id for row in earlier])
            tickets = await self._tickets.of_contact(session, contact.id)
            ratings = await self._ratings.of_conversation(session, conversation_id)
        return ConversationContext(
            contact=ContactRead(
                id=contact.id, name=contact.name, region=contact.region,
                channel=conversation.channel, inbox_id=inbox.id, inbox_name=inbox.name,
                since=contact.created_at,
            ),
            handoff=_reason(conversation),
            earlier=[_earlier(row, agents.get(row.id, [])) for row in earlier],
            tickets=[ticket.model_dump(mode="json") for ticket in tickets],
            ratings=[rating.model_dump(mode="json") for rating in ratings],
        )  # fmt: skip


def _reason(conversation: Conversation) -> HandoffReason | None:
    handoff = conversation.handoff
    if handoff is None:
        return None
    rule, evidence = handoff["rule"], handoff.get("evidence") or {}
    label = REASON_LABELS.get(evidence.get("reason", ""), RULE_LABELS.get(rule, rule))
    return HandoffReason(
        rule=rule, label=label, evidence=evidence, category=handoff.get("category")
    )


def _earlier(row: Conversation, agents: list[str]) -> EarlierConversation:
    return EarlierConversation(
        id=row.id, inbox_id=row.inbox_id, channel=row.channel, status=row.status,
        created_at=row.created_at, closed_at=row.closed_at, preview=row.preview, agents=agents,
    )  # fmt: skip
