"""What a portal's event does: the same as the widget's commands, for the citizen that the event names."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.exc import IntegrityError

from channels.web import payloads as widget
from channels.web.commands import Visitor, VisitorCommands
from channels.web.tokens import VisitorIdentity
from channels.webhook import payloads as p
from channels.webhook.fetching import Fetcher
from core.conversation import intake, repository
from core.conversation.attachments.service import MAX_BYTES, Attachments
from core.conversation.content import FILE_KINDS, AttachedFile, FileContent
from core.conversation.engine import Engine
from core.conversation.models import Contact
from core.conversation.sent import Inbound, inbound
from core.errors import NotFound
from core.filetypes import refused
from core.rate_limit import RateLimit
from core.sockets import Empty
from core.unit_of_work import UnitOfWorkFactory
from core.uploads import StreamedUpload


@dataclass(frozen=True)
class Done:
    """What an event has made or touched; from these its answer is made, also that to a repeat."""

    message_id: str | None = None
    conversation_id: str | None = None


class Acting:
    """`commands`: the widget's, with their own way to feedback, ratings, reading marks and the rest."""

    def __init__(
        self,
        *,
        uows: UnitOfWorkFactory,
        engine: Engine,
        commands: VisitorCommands,
        attachments: Attachments,
        fetcher: Fetcher,
        limit: RateLimit,
    ) -> None:
        self._uows = uows
        self._engine = engine
        self._commands = commands
        self._attachments = attachments
        self._fetcher = fetcher
        self._limit = limit

    async def act(self, inbox_id: str, event_id: str, event: p.ContactEvent) -> Done:
        """Raises what the widget's commands raise."""
        self.count(inbox_id, event.contact.id)
        if isinstance(event, p.MessageEvent):
            return await self._say(inbox_id, event_id, event)
        meets = isinstance(event, p.HandoffEvent)
        visitor = await self.visitor(inbox_id, event.contact, meet=meets)
        if isinstance(event, p.HandoffEvent):
            asked = Visitor(visitor.identity, visitor.contact_id, event.source())
            wanted = widget.RequestHandoff(category=event.category)
            await self._commands.request_handoff("", asked, wanted)
        elif isinstance(event, p.RateEvent):
            return await self._rate(visitor, event)
        else:
            await self._command(visitor, event)
        return Done(conversation_id=await self.latest(visitor))

    def count(self, inbox_id: str, contact_id: str) -> None:
        """As many requests as a widget may send; raises TooManyRequests."""
        self._limit.check(f"{inbox_id}/{contact_id}")

    async def _command(self, visitor: Visitor, event: p.ContactEvent) -> None:
        match event:
            case p.CancelHandoffEvent():
                await self._commands.cancel_handoff("", visitor, Empty())
            case p.CloseEvent():
                await self._commands.close_conversation("", visitor, Empty())
            case p.FeedbackEvent():
                verdict = widget.AnswerFeedback(message_id=event.message_id, helpful=event.helpful)
                await self._commands.answer_feedback("", visitor, verdict)
            case p.ReadEvent():
                await self._commands.mark_read("", visitor, widget.MarkRead(seq=event.seq))
            case p.TypingEvent():
                await self._commands.set_typing("", visitor, widget.SetTyping(on=event.on))

    async def _rate(self, visitor: Visitor, event: p.RateEvent) -> Done:
        conversation_id = event.conversation_id or await self.latest(visitor)
        if conversation_id is None:
            raise NotFound(what="conversation")
        rating = widget.RateConversation(
            conversation_id=conversation_id, score=event.score, tags=event.tags,
            comment=event.comment, service=event.service,
        )  # fmt: skip
        await self._commands.rate_conversation("", visitor, rating)
        return Done(conversation_id=conversation_id)

    async def _say(self, inbox_id: str, event_id: str, event: p.MessageEvent) -> Done:
        if isinstance(event.content, p.LinkedFile):
            content: Inbound = await self._fetched(inbox_id, event_id, event, event.content)
        else:
            content = inbound(event.content)
        await self.visitor(inbox_id, event.contact, meet=True)
        receipt = await self._engine.receive(
            intake.InboundMessage(
                inbox_id=inbox_id, external_contact=event.contact.id, content=content,
                external_id=event_id, sub_channel=event.source(),
            )
        )  # fmt: skip
        return Done(receipt.message.id, receipt.conversation.id)

    async def _fetched(
        self, inbox_id: str, event_id: str, event: p.MessageEvent, linked: p.LinkedFile
    ) -> Inbound:
        async with self._uows.read(brief=True) as session:
            stored = await repository.message_by_external_id(session, inbox_id, event_id)
        if stored is not None:
            # The answer to it was lost. Nothing of the content is looked at again.
            return AttachedFile(type=linked.type, attachment_id=stored.content["attachment_id"])
        async with self._fetcher.fetch(linked.url, name=linked.name, max_bytes=MAX_BYTES) as upload:
            file = await self.keep(inbox_id, event.contact, upload, kind=linked.type)
        return AttachedFile(type=file.type, attachment_id=file.attachment_id)

    async def keep(
        self, inbox_id: str, who: p.ContactPart, upload: StreamedUpload, *, kind: str | None = None
    ) -> FileContent:
        """Store a citizen's file for a message to come, of the `kind` that was named.

        Opens the conversation if there is none.
        """
        found = await self._attachments.check(inbox_id, upload)
        if kind is not None and found.kind != kind:
            text = f"文件是{FILE_KINDS[found.kind]}，不是{FILE_KINDS[kind]}。"
            raise refused(text, "type_mismatch")
        await self.visitor(inbox_id, who, meet=True)
        conversation_id = await self._engine.open(inbox_id, who.id)
        return await self._attachments.store(
            conversation_id, upload, found, uploader_kind="visitor"
        )

    async def visitor(self, inbox_id: str, who: p.ContactPart, *, meet: bool) -> Visitor:
        """The citizen as the widget's commands know one. Not `meet`: NotFound for somebody we never heard of."""
        async with self._uows.read(brief=True) as session:
            contact = await repository.contact_by_identity(session, inbox_id, who.id)
        if contact is None and not meet:
            raise NotFound("没有这位市民的会话。", what="contact")
        if contact is None or (who.name and not contact.name and meet):
            contact = await self._meet(inbox_id, who)
        return Visitor(VisitorIdentity(inbox_id, who.id), contact.id)

    async def _meet(self, inbox_id: str, who: p.ContactPart) -> Contact:
        try:
            return await self._meet_once(inbox_id, who)
        except IntegrityError:
            # Two events of a new citizen at once: by now the other one's contact is there.
            return await self._meet_once(inbox_id, who)

    async def _meet_once(self, inbox_id: str, who: p.ContactPart) -> Contact:
        async with self._uows.write() as uow:
            inbox = await intake.find_inbox(uow, inbox_id)
            contact = await intake.find_or_make_contact(uow, inbox, who.id, name=who.name)
            contact.name = contact.name or who.name
            await uow.session.flush()
            return contact

    async def latest(self, visitor: Visitor) -> str | None:
        """The id of the citizen's latest conversation, open or not."""
        async with self._uows.read(brief=True) as session:
            found = await repository.latest_conversation(
                session, visitor.contact_id, visitor.identity.inbox_id
            )
            return found.id if found is not None else None
