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
from handoff.routing.priority import MOST_POINTS


class SentAnswer(AnswerContent):
    """A knowledge suggestion sent with one click: the article's text with its citations."""

    @field_validator("text_md")
    @classmethod
    def _clean(cls, value: str) -> str:
        return clean_text(value)


AgentContent = Annotated[VisitorContent | SentAnswer | AttachedFile, Field(discriminator="type")]


class SetPresence(Payload):
    """`reason`: one of those the settings offer; `hand_on`: going offline, open conversations are given away."""

    status: ChosenStatus
    reason: str = Field(default="", max_length=20)
    hand_on: bool = False


class OfConversation(Payload):
    conversation_id: Id


class SendMessage(Payload):
    conversation_id: Id
    client_msg_id: ClientMessageId
    content: AgentContent
    private: bool = False
    # Agents a private note is meant for.
    mentions: list[Id] = Field(default=[], max_length=20)

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


class ReassignConversation(Payload):
    """To somebody else, or to another place in the line: exactly one of the three."""

    conversation_id: Id
    to_agent: Id | None = None
    to_group: Id | None = None
    priority: int | None = Field(default=None, ge=-MOST_POINTS, le=MOST_POINTS)
    note: str = Field(default="", max_length=1000)

    @model_validator(mode="after")
    def _one_target(self) -> ReassignConversation:
        if [self.to_agent, self.to_group, self.priority].count(None) != 2:
            raise ValueError("exactly one of to_agent, to_group and priority")
        return self


class DesignateAgent(Payload):
    """For the citizen of the conversation; null takes it back."""

    conversation_id: Id
    agent_id: Id | None


class DeclineTransfer(Payload):
    conversation_id: Id
    reason: str = Field(default="", max_length=200)


class ReturnConversation(Payload):
    conversation_id: Id
    note: str = Field(default="", max_length=1000)


class TakeOverConversation(Payload):
    conversation_id: Id
    reason: str = Field(default="", max_length=200)


class InviteToJoin(Payload):
    conversation_id: Id
    agent_id: Id


class AnswerJoin(Payload):
    """`agent_id`: who asked, answered by the owner; without it an invitation is answered by who was invited."""

    conversation_id: Id
    accept: bool
    agent_id: Id | None = None


class LogOutAgent(Payload):
    agent_id: Id


class MarkRead(Payload):
    conversation_id: Id
    seq: Seq


class SetTyping(Payload):
    conversation_id: Id
    on: bool
