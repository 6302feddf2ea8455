"""How a portal sees messages and conversations: as their citizen does, with whole addresses."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Protocol

from channels.webhook.markdown import with_whole_links
from core.conversation import thread
from core.conversation.attachments.links import VALID_OUTSIDE, FileLinks
from core.conversation.models import Conversation, Message
from core.conversation.schemas import MessageRead
from core.unit_of_work import UnitOfWorkFactory

# The desk's own business.
_NOT_SHOWN = {"private", "masked", "mentions", "delivery", "helpful", "client_msg_id"}
_CONVERSATION = {
    "id", "status", "epoch", "owner_name", "business", "sub_channel", "language", "last_seq",
    "visitor_read_seq", "agent_read_seq", "created_at", "updated_at", "closed_at",
}  # fmt: skip


class Ids(Protocol):
    """What is answered about: ids, None where there is none."""

    @property
    def message_id(self) -> str | None: ...
    @property
    def conversation_id(self) -> str | None: ...


class Showing:
    def __init__(self, *, uows: UnitOfWorkFactory, links: FileLinks, public_url: str) -> None:
        self._uows = uows
        self._links = links
        self._base = public_url.rstrip("/")

    async def answer(self, about: Ids, *, duplicate: bool = False) -> dict[str, Any]:
        """The answer to an event: what it made or touched, as it is now."""
        message = conversation = None
        async with self._uows.read(brief=True) as session:
            if about.message_id is not None:
                row = await session.get(Message, about.message_id)
                message = self.message(row, self._uows.clock.now()) if row is not None else None
            if about.conversation_id is not None:
                found = await session.get(Conversation, about.conversation_id)
                if found is not None:
                    read = await thread.read_conversation(session, found)
                    conversation = self.conversation(read.for_visitor().model_dump(mode="json"))
        return {
            "ok": True,
            "duplicate": duplicate,
            "message": message,
            "conversation": conversation,
        }

    def message(self, row: Message, now: datetime) -> dict[str, Any]:
        """`row` as JSON; its files with links that need no login and hold for three days."""
        return self.read_message(MessageRead.for_citizen(row, now))

    def read_message(self, read: MessageRead) -> dict[str, Any]:
        content = self._links.for_citizen(read.content, read.conversation_id, valid=VALID_OUTSIDE)
        shown = read.model_copy(update={"content": content}).model_dump(
            mode="json", exclude=_NOT_SHOWN
        )
        return {**shown, "content": self.content(shown["content"])}

    def content(self, content: dict[str, Any]) -> dict[str, Any]:
        """The same with whole addresses; without what belongs to other channels."""
        content.pop("variants", None)
        for field in ("url", "thumbnail_url"):
            if content.get(field):
                content[field] = self.whole(content[field])
        if content["type"] == "answer":
            content["text_md"] = with_whole_links(content["text_md"], self._base)
            for citation in content["citations"]:
                citation["link"] = self.whole(citation["link"])
        return content

    def whole(self, address: str) -> str:
        """An address on our own server begins with a slash."""
        ours = address.startswith("/") and not address.startswith("//")
        return self._base + address if ours else address

    def conversation(self, state: dict[str, Any]) -> dict[str, Any]:
        """Of a conversation what a citizen's front end needs; `state` as ConversationRead in JSON."""
        return {name: value for name, value in state.items() if name in _CONVERSATION}
