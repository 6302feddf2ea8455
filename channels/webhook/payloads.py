"""What a portal may send: one model per type of event. The contract is docs/webhook.md."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    StringConstraints,
    Tag,
    TypeAdapter,
)

from channels.web.payloads import Source
from core.conversation.content import FILE_KINDS, AttachedFile, VisitorContent, printable
from core.conversation.sent import SentLocation
from core.ids import Id
from core.masked_numbers import covered
from core.sockets import Seq

# The portal's own id of a citizen. It goes into addresses and logs of the portal's, so no words.
ContactId = Annotated[str, StringConstraints(pattern=r"^[\x21-\x7e]{1,128}$")]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)


class ContactPart(_Part):
    """Who it is. The name is taken when the citizen is met first, or had none."""

    id: ContactId
    name: Annotated[str, AfterValidator(lambda name: printable(name).strip())] = Field(
        default="", max_length=64
    )


class LinkedFile(_Part):
    """A file that we fetch. `name` where the address does not tell it."""

    type: Literal["image", "voice", "video", "file"]
    url: str = Field(max_length=500)
    name: str = Field(default="", max_length=200)


def _kind_of_content(value: Any) -> str | None:
    """By what is in it: a file is named by its address, or by what its upload was answered."""
    given = value if isinstance(value, dict) else getattr(value, "__dict__", {})
    kind = given.get("type")
    if not isinstance(kind, str):
        return None
    if kind in FILE_KINDS:
        return "linked" if "url" in given else "attached"
    return kind


SentContent = Annotated[
    Annotated[VisitorContent, Tag("text")]
    | Annotated[SentLocation, Tag("location")]
    | Annotated[AttachedFile, Tag("attached")]
    | Annotated[LinkedFile, Tag("linked")],
    Discriminator(_kind_of_content),
]


class _Event(_Part):
    """`id`, where it is given, repeats the header webhook-id. `at` is the portal's own note and is not kept."""

    id: str | None = None
    contact: ContactPart
    at: datetime | None = None


class MessageEvent(_Event):
    type: Literal["message"]
    content: SentContent
    sub_channel: str = Field(default="", max_length=64)

    def source(self) -> str:
        """The sub-channel as the desk reads it."""
        return Source(sub_channel=self.sub_channel).name()


class HandoffEvent(_Event):
    type: Literal["handoff"]
    category: Annotated[
        str | None, AfterValidator(lambda name: covered(printable(name or "").strip()) or None)
    ] = Field(default=None, max_length=64)
    sub_channel: str = Field(default="", max_length=64)

    def source(self) -> str:
        return Source(sub_channel=self.sub_channel).name()


class CancelHandoffEvent(_Event):
    type: Literal["cancel_handoff"]


class CloseEvent(_Event):
    type: Literal["close"]


class RateEvent(_Event):
    """Without `conversation_id`: the latest conversation. Without `service`: the last one by people in it."""

    type: Literal["rate"]
    conversation_id: Id | None = None
    service: Id | None = None
    score: int = Field(ge=1, le=5)
    tags: list[Annotated[str, StringConstraints(max_length=32)]] = Field(
        default_factory=list, max_length=12
    )
    comment: str = Field(default="", max_length=500)


class FeedbackEvent(_Event):
    """`helpful` null takes the verdict back."""

    type: Literal["feedback"]
    message_id: Id
    helpful: bool | None


class ReadEvent(_Event):
    type: Literal["read"]
    seq: Seq


class TypingEvent(_Event):
    type: Literal["typing"]
    on: bool


class PingEvent(_Part):
    """Changes nothing: to try a signature."""

    id: str | None = None
    type: Literal["ping"]
    at: datetime | None = None


class Page(_Part):
    """Which messages are fetched: the query of GET messages."""

    contact: ContactId
    after_seq: Seq | None = None
    before_seq: Seq | None = None
    limit: int = Field(default=50, ge=1, le=100)
    conversation_id: Id | None = None


class UploadQuery(_Part):
    """The query of an upload. `sha256`: of the file, so that the signature covers it."""

    contact: ContactId
    name: str = Field(default="", max_length=64)
    sha256: Annotated[str, StringConstraints(pattern="^[0-9a-f]{64}$", to_lower=True)]


ContactEvent = (
    MessageEvent
    | HandoffEvent
    | CancelHandoffEvent
    | CloseEvent
    | RateEvent
    | FeedbackEvent
    | ReadEvent
    | TypingEvent
)
PortalEvent = Annotated[ContactEvent | PingEvent, Field(discriminator="type")]
EVENT: TypeAdapter[PortalEvent] = TypeAdapter(
    PortalEvent, config=ConfigDict(hide_input_in_errors=True)
)
