"""What is said on the short way: who says what where, and what must still be true for it to be stored there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.conversation.content import TextContent
from core.conversation.models import Conversation
from core.conversation.schemas import Author
from core.conversation.words import words_of


@dataclass(frozen=True)
class Served:
    """A conversation in the hands of an agent. None of this changes while the epoch stays; the citizen's name may."""

    conversation_id: str
    epoch: int
    owner_id: str
    inbox_id: str
    contact_id: str
    called: str = ""

    @classmethod
    def of(cls, conversation: Conversation, called: str = "") -> Served:
        assert conversation.owner_id is not None
        return cls(
            conversation.id, conversation.epoch, conversation.owner_id, conversation.inbox_id,
            conversation.contact_id, called,
        )  # fmt: skip


@dataclass(frozen=True)
class Marks:
    """How a message moves the clocks of its conversation, should it begin the other side's turn.

    `due_at`: by when the agent owes an answer; None for what an agent says. `look_at`: when the clock is looked at
    at the latest, by a timer of the kind `timer`.
    """

    look_at: datetime
    timer: str
    due_at: datetime | None = None


@dataclass(frozen=True)
class Said:
    """A text on its way into the thread of `served`."""

    id: str
    served: Served
    author: Author
    content: TextContent
    client_msg_id: str
    preview: str
    at: datetime
    marks: Marks

    def values(self) -> dict[str, Any]:
        """By the names of the statements' parameters (statements.py)."""
        content = self.content.model_dump(mode="json")
        return {
            "m_id": self.id, "m_content": content, "m_words": words_of(content),
            "m_author_kind": self.author.kind, "m_author_id": self.author.id,
            "m_author_name": self.author.name or "", "m_client_msg_id": self.client_msg_id,
            "conversation": self.served.conversation_id, "epoch": self.served.epoch,
            "owner": self.served.owner_id, "inbox": self.served.inbox_id,
            "contact": self.served.contact_id, "called": self.served.called,
            "preview": self.preview, "now": self.at, "look": self.marks.look_at,
            "due": self.marks.due_at, "timer": self.marks.timer,
        }  # fmt: skip
