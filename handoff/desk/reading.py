"""What agents look at: lists, one conversation, its messages and the side panel."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from core.auth.actor import Actor
from core.conversation import deliveries, thread
from core.conversation import repository as conversations
from core.conversation.models import Contact, Conversation, Inbox
from core.conversation.replies import Replies
from core.conversation.schemas import ConversationRead, MessageRead
from core.errors import NotFound
from core.unit_of_work import UnitOfWorkFactory
from handoff.desk import repository, search
from handoff.desk.access import check_readable, readable_among
from handoff.desk.ports import RatingLookup, TicketFiling
from handoff.desk.repository import Listed
from handoff.desk.schemas import (
    ContactRead,
    ConversationContext,
    ConversationItem,
    ConversationPage,
    EarlierConversation,
    EarlierPage,
    Found,
    FoundConversation,
    FoundPage,
    HandoffReason,
    InboxChoice,
    ListChoices,
    MessagePage,
)
from handoff.desk.wanted import Wanted
from handoff.desk.why import why
from handoff.queue import repository as queue

RULE_LABELS = {
    "keyword": "市民要求转人工",
    "unknown": "连续多次未能回答",
    "guided": "市民选择转人工",
    "understood": "识别到转人工意愿或情绪",
    "repeated": "反复询问同一问题",
    "button": "市民点击转人工",
    "customer_group": "重点服务对象",
    "business": "由人工办理的业务",
    "bot_down": "智能助手暂时不可用",
}
REASON_LABELS = {"complaint": "市民要投诉", "anger": "市民情绪激动"}
EARLIER_SHOWN = 10
# Tags to choose from are looked for among so many conversations.
TAGS_AMONG = 1000
EVERYTHING = Wanted()


class DeskReader:
    def __init__(
        self, *, uows: UnitOfWorkFactory, tickets: TicketFiling, ratings: RatingLookup,
        replies: Replies | None = None,
    ) -> None:  # fmt: skip
        self._replies = replies
        self._uows = uows
        self._tickets = tickets
        self._ratings = ratings

    async def page(
        self,
        actor: Actor,
        wanted: Wanted = EVERYTHING,
        *,
        after: str | None = None,
        limit: int = 50,
    ) -> ConversationPage:
        """A page of what the actor may see; see repository.page for the order."""
        async with self._uows.read() as session:
            rows = await repository.page(session, actor, wanted, after=after, limit=limit + 1)
            items = await self._items(session, actor, rows[:limit])
            waiting = await queue.count_waiting(session)
        following = items[-1].id if len(rows) > limit else None
        return ConversationPage(items=items, next=following, waiting=waiting)

    async def search(
        self, actor: Actor, wanted: Wanted, text: str, *, after: str | None = None, limit: int = 50
    ) -> FoundPage:
        """What was said, or who is called so; see search.py. `after`: the message the last page ended with."""
        words = search.asked_words(text)
        async with self._uows.read() as session:
            # In the order of the screen: who is called so, then who said it last.
            found: dict[str, tuple[Listed, Found]] = {}
            if after is None:
                tickets = await self._tickets.conversations_of(session, text.strip())
                for line, how in await search.named(session, actor, wanted, text, tickets):
                    found[line.conversation.id] = (line, how)
            spoken, following, since = await search.spoken(
                session, actor, wanted, words, after=after, limit=limit
            )
            said = {key: how for key, how in spoken if key not in found}
            rows = {
                row.conversation.id: row for row in await repository.by_ids(session, list(said))
            }
            found |= {key: (rows[key], how) for key, how in said.items()}
            items = await self._items(session, actor, [line for line, _ in found.values()])
        return FoundPage(
            items=[
                FoundConversation(**item.model_dump(), found=found[item.id][1]) for item in items
            ],
            next=following,
            since=since,
        )

    async def _items(
        self, session: AsyncSession, actor: Actor, rows: Sequence[Listed]
    ) -> list[ConversationItem]:
        ids = [row.conversation.id for row in rows]
        unread = await repository.unread(session, ids)
        undelivered = await deliveries.undelivered(session, ids)
        mentioned = await repository.unseen_mentions(session, actor.account_id, ids)
        items = []
        for row in rows:
            key, entry = row.conversation.id, row.entry
            item = ConversationItem.of(
                row.conversation, owner_name=row.owner, contact_name=row.contact.name,
                contact_tags=row.contact.tags,
            )  # fmt: skip
            item.unread = unread.get(key, 0)
            item.customer_group = row.contact.customer_group
            item.undelivered, item.mentioned = key in undelivered, key in mentioned
            if entry is not None:
                item.queued_at, item.category = entry.enqueued_at, entry.category
                item.order_at = entry.order_at
                item.priority, item.group_id = entry.priority, entry.group_id
            items.append(item)
        return items

    async def choices(self) -> ListChoices:
        """What lists can be narrowed to."""
        async with self._uows.read() as session:
            return ListChoices(
                inboxes=[
                    InboxChoice(id=row.id, name=row.name, channel=row.channel)
                    for row in await repository.inboxes(session)
                ],
                businesses=await repository.businesses(session),
                tags=await repository.tags(session, TAGS_AMONG),
            )

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
            states = await deliveries.of_conversation(session, conversation)
            last_seq = conversation.last_seq
        more = bool(rows) and rows[-1].seq < last_seq
        items = [MessageRead.for_desk(row) for row in rows]
        for item, row in zip(items, rows, strict=True):
            item.delivery = deliveries.told(conversation, row, states)
        return MessagePage(items=items, next=rows[-1].seq if more else None)

    async def context(self, conversation_id: str, actor: Actor) -> ConversationContext:
        """The side panel: who it is, why people were asked in, what was before."""
        async with self._uows.read() as session:
            conversation = await thread.load(session, conversation_id)
            await check_readable(session, conversation, actor)
            contact = await session.get(Contact, conversation.contact_id)
            inbox = await session.get(Inbox, conversation.inbox_id)
            assert contact is not None
            assert inbox is not None
            earlier = await _earlier_page(session, conversation, actor, None, EARLIER_SHOWN)
            tickets = await self._tickets.of_contact(session, contact.id, actor)
            ratings = await self._ratings.of_conversation(session, conversation_id)
            rated = await self._ratings.is_rated(session, conversation_id)
            invited_at = await repository.rating_asked(session, conversation_id)
            routed = await why(session, conversation)
            replies = await self._replies.of(session, conversation) if self._replies else None
        return ConversationContext(
            contact=ContactRead(
                id=contact.id, name=contact.name, region=contact.region,
                customer_group=contact.customer_group, tags=contact.tags,
                birth_year=contact.birth_year, channel=conversation.channel,
                inbox_id=inbox.id, inbox_name=inbox.name, since=contact.created_at,
            ),
            handoff=_reason(conversation),
            earlier=earlier.items,
            earlier_next=earlier.next,
            invited_at=invited_at,
            rated=rated,
            why=routed,
            replies=replies,
            tickets=[ticket.model_dump(mode="json") for ticket in tickets],
            ratings=[rating.model_dump(mode="json") for rating in ratings],
        )  # fmt: skip

    async def earlier(
        self, conversation_id: str, actor: Actor, *, after: str | None, limit: int
    ) -> EarlierPage:
        """The citizen's other conversations on every channel, newest first."""
        async with self._uows.read() as session:
            conversation = await thread.load(session, conversation_id)
            await check_readable(session, conversation, actor)
            return await _earlier_page(session, conversation, actor, after, limit)


async def _earlier_page(
    session: AsyncSession, conversation: Conversation, actor: Actor, after: str | None, limit: int
) -> EarlierPage:
    """Of those the actor may not read only that they were; what was said is blank."""
    rows = await repository.earlier(session, conversation, after=after, limit=limit + 1)
    agents = await repository.agents_of(session, [row.id for row in rows[:limit]])
    readable = await readable_among(session, [row.id for row in rows[:limit]], actor)
    items = [_earlier(row, agents.get(row.id, []), row.id in readable) for row in rows[:limit]]
    return EarlierPage(items=items, next=items[-1].id if len(rows) > limit else None)


def _reason(conversation: Conversation) -> HandoffReason | None:
    handoff = conversation.handoff
    if handoff is None:
        return None
    rule, evidence = handoff["rule"], handoff.get("evidence") or {}
    label = REASON_LABELS.get(evidence.get("reason", ""), RULE_LABELS.get(rule, rule))
    return HandoffReason(
        rule=rule, label=label, evidence=evidence, category=handoff.get("category"),
        summary=handoff.get("summary"),
    )  # fmt: skip


def _earlier(row: Conversation, agents: list[str], readable: bool) -> EarlierConversation:
    return EarlierConversation(
        id=row.id, inbox_id=row.inbox_id, channel=row.channel, sub_channel=row.sub_channel, status=row.status,
        created_at=row.created_at, closed_at=row.closed_at, agents=agents,
        preview=row.preview if readable else "",
    )  # fmt: skip
