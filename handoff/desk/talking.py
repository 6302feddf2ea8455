"""An agent talks: to the citizen, or to colleagues in private notes. One transaction each."""

from __future__ import annotations

from collections.abc import Sequence

from core.auth.actor import Actor
from core.conversation import repository, thread
from core.conversation.attachments.repository import take_up
from core.conversation.content import (
    AnswerContent,
    AttachedFile,
    Content,
    TextContent,
    plain_text,
)
from core.conversation.direct.service import Direct
from core.conversation.schemas import Author, MessageRead
from core.errors import Conflict, PermissionDenied
from core.events import Audience, Event, TypingUpdated, agent_room, contact_room
from core.sensitive.book import SensitiveWords
from core.unit_of_work import UnitOfWork, UnitOfWorkFactory
from handoff.desk.access import check_may_talk, check_owner, check_readable
from handoff.desk.ports import InternalArticles
from handoff.desk.team.mentions import MENTIONS, check_mentions, keep_mentions
from handoff.queue import assignments
from handoff.saved_replies.filling import refuse_unfilled
from handoff.sla.service import ClockService


class InternalOnly(PermissionDenied):
    """The article is for agents. Details: `article_id`."""

    code, default_message = "internal_only", "这个条目只供坐席参考，不能直接发给市民。"


class Talking:
    """Every method checks who may, and returns what is true after the commit."""

    def __init__(
        self,
        *,
        uows: UnitOfWorkFactory,
        clocks: ClockService,
        articles: InternalArticles,
        words: SensitiveWords,
        direct: Direct,
    ) -> None:
        """`direct`: the short way for the owner's texts."""
        self._uows = uows
        self._words = words
        self._clocks = clocks
        self._articles = articles
        self._direct = direct

    async def send_message(
        self,
        conversation_id: str,
        actor: Actor,
        content: Content | AttachedFile,
        *,
        client_msg_id: str,
        private: bool = False,
        mentions: Sequence[str] = (),
    ) -> MessageRead:
        """Say something to the citizen (the owner, and who has joined), or note something for colleagues.

        The owner is looked up under the row lock: who lost the conversation a moment ago gets
        NotOwner, and the citizen never hears two people. A client_msg_id stored before returns that
        message, whoever owns the conversation by now. Raises WordsBlocked for what no citizen is to read.
        """
        author = Author(kind="agent", id=actor.account_id, name=actor.name)
        if not private and not isinstance(content, AttachedFile):
            self._words.check_agent(*_said(content))
            if isinstance(content, TextContent):
                refuse_unfilled(content.text)
        if not private and not mentions and isinstance(content, TextContent):
            said = await self._direct.from_agent(conversation_id, author, content, client_msg_id)
            if said is not None:
                return said.in_part()
        async with self._uows.write() as uow:
            conversation = await thread.load_for_update(uow, conversation_id)
            stored = await repository.message_by_client_id(
                uow.session, conversation.id, client_msg_id
            )
            if stored is not None:
                if stored.author_id != actor.account_id:
                    raise Conflict("这个消息编号已经用过了。", field="client_msg_id")
                return MessageRead.for_desk(stored)
            if private:
                await check_readable(uow.session, conversation, actor)
            else:
                await check_may_talk(uow.session, conversation, actor)
                if isinstance(content, AnswerContent):
                    await self._refuse_internal(uow, content.article_id)
            if isinstance(content, AttachedFile):
                content = await take_up(uow, conversation, content, uploader_id=actor.account_id)
                if not private:
                    self._words.check_agent(content.name)
            mentioned = await check_mentions(uow, mentions, actor, private=private)
            message = await thread.append(
                uow, conversation, author, content, client_msg_id=client_msg_id, private=private,
                meta={MENTIONS: [each.id for each in mentioned]} if mentioned else None,
            )  # fmt: skip
            await keep_mentions(uow, conversation, message, mentioned, actor)
            if not private:
                if conversation.owner_id == actor.account_id:
                    # Whoever answers has read what was asked.
                    conversation.agent_read_seq = max(
                        conversation.agent_read_seq, conversation.visitor_seq
                    )
                await assignments.note_answer(uow, conversation.id)
                await self._clocks.agent_answered(uow, conversation)
            await uow.session.flush()
        if not private and conversation.owner_id == actor.account_id:
            self._direct.agent_answered(conversation)
        return MessageRead.for_desk(message)

    async def _refuse_internal(self, uow: UnitOfWork, article_id: str) -> None:
        # The card has no button for it; this is for whatever else speaks to the socket.
        if await self._articles.is_internal(uow.session, article_id):
            raise InternalOnly(article_id=article_id)

    async def mark_read(self, conversation_id: str, actor: Actor, seq: int) -> None:
        """The owner has read up to `seq`; others look without leaving a trace."""
        async with self._uows.write() as uow:
            conversation = await thread.load_for_update(uow, conversation_id)
            check_owner(conversation, actor)
            read_seq = min(seq, conversation.last_seq)
            if read_seq <= conversation.agent_read_seq:
                return
            conversation.agent_read_seq = read_seq
            read = await thread.read_conversation(uow.session, conversation)
            rooms = frozenset({agent_room(actor.account_id)})
            uow.publish(Event("conversation.updated", read, Audience(agent_rooms=rooms)))
            thread.tell_citizen_state(uow, conversation, read)

    async def set_typing(self, conversation_id: str, actor: Actor, *, on: bool) -> None:
        """Shown to the citizen for as long as it lasts; not stored."""
        async with self._uows.read() as session:
            conversation = await thread.load(session, conversation_id)
            await check_may_talk(session, conversation, actor)
        typing = TypingUpdated(
            conversation_id=conversation.id, author="agent", on=on, name=actor.name
        )
        room = frozenset({contact_room(conversation.contact_id, conversation.inbox_id)})
        await self._uows.announce(Event("typing.updated", typing, Audience(visitor_rooms=room)))


def _said(content: Content) -> list[str]:
    """Everything of it that some channel shows a citizen."""
    if not isinstance(content, AnswerContent):
        return [plain_text(content)]
    sources = [text for each in content.citations for text in each.model_dump().values()]
    return [content.text_md, content.question, *content.next, *content.variants.values(), *sources]
