"""What agents may send over /agent: one model per command of the contract."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, field_validator, model_validator

from core.conversation.content import (
    CONTENT,
    AnswerContent,
    AttachedFile,
    Content,
    VisitorContent,
    clean_text,
)
from core.ids import Id
from core.sockets import ClientMessageId, Payload, Seq
from handoff.agents.presence import ChosenStatus


class SentAnswer(AnswerContent):
    """A knowledge suggestion sent with one click: the article's text with its citations."""

    @field_validator("text_md")
    @classmethod
    def _clean(cls, value: str) -> str:
        return clean_text(value)


AgentContent = Annotated[VisitorContent | SentAnswer | AttachedFile, Field(discriminator="type")]


class SetPresence(Payload):
    status: ChosenStatus


class OfConversation(Payload):
    conversation_id: Id


class SendMessage(Payload):
    conversation_id: Id
    client_msg_id: ClientMessageId
    content: AgentContent
    private: bool = False

    def stored_content(self) -> Content | AttachedFile:
        """The content as messages hold it; a file as it was named."""
        if isinstance(self.content, AttachedFile):
            return self.content
        return CONTENT.validate_python(self.content.model_dump())


class RecallMessage(Payload):
    conversation_id: Id
    message_id: Id


class ListMessages(Payload):
    conversation_id: Id
    after_seq: Seq | None = None
    before_seq: Seq | None = None
    limit: int = Field(default=50, ge=1, le=100)


class TransferConversation(Payload):
    conversation_id: Id
    to_agent: Id | None = None
    to_group: Id | None = None
    note: str = Field(default="", max_length=1000)

    @model_validator(mode="after")
    def _one_target(self) -> TransferConversation:
        if (self.to_agent is None) == (self.to_group is None):
            raise ValueError("exactly one of to_agent and to_group")
        return self


class MarkRead(Payload):
    conversation_id: Id
    seq: Seq


class SetTyping(Payload):
    conversation_id: Id
    on: bool
