"""What the widget may send: one model per command of /visitor, and the connection's auth."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints

from channels.tencent.api.sns import CODE
from channels.web.identity import MAX_JWT
from core.conversation.content import printable
from core.conversation.sent import CitizenContent
from core.ids import Id
from core.masked_numbers import covered
from core.sockets import ClientMessageId, Payload, Seq


def _named(text: str) -> str:
    """What a page calls something, for all of the desk to read: whatever is put there, no number in full."""
    return covered(printable(text).strip())


class Source(Payload):
    """Where the window is open: the page's path, and what the website calls the place, if it calls it anything."""

    page: str = Field(default="", max_length=2048)
    sub_channel: str = Field(default="", max_length=64)

    def name(self) -> str:
        """The sub-channel. Of a page only the path: what follows it may be somebody's own."""
        path = re.split(r"[?#]", self.page, maxsplit=1)[0]
        return _named(self.sub_channel) or _named(path)[:64]


class Identity(Payload):
    """Who is logged in on the website, signed by it (channels/web/identity.py)."""

    jwt: str = Field(max_length=MAX_JWT)


class Connect(Payload):
    inbox: str = Field(max_length=64)
    token: str | None = Field(default=None, max_length=512)
    identity: Identity | None = None
    # Of wx.login, in a mini-program: who opens the chat (arrivals.py).
    wechat_code: Annotated[str, StringConstraints(pattern=CODE)] | None = None
    source: Source = Source()


class SendMessage(Payload):
    client_msg_id: ClientMessageId
    content: CitizenContent


class ListMessages(Payload):
    """`and_earlier`: going back, do not end with the conversation but go on in those before it on the same inbox."""

    after_seq: Seq | None = None
    before_seq: Seq | None = None
    limit: int = Field(default=50, ge=1, le=100)
    conversation_id: Id | None = None
    and_earlier: bool = False


class RequestHandoff(Payload):
    category: Annotated[str | None, AfterValidator(lambda name: _named(name or "") or None)] = (
        Field(default=None, max_length=64)
    )


class RateConversation(Payload):
    """`service`: which of the conversation's services by people; without it the last one."""

    conversation_id: Id
    service: Id | None = None
    score: int = Field(ge=1, le=5)
    tags: list[Annotated[str, StringConstraints(max_length=32)]] = Field(
        default_factory=list, max_length=12
    )
    comment: str = Field(default="", max_length=500)


class AnswerFeedback(Payload):
    """`helpful`: null takes the verdict back."""

    message_id: Id
    helpful: bool | None


class MarkRead(Payload):
    seq: Seq


class SetTyping(Payload):
    """`draft`: what is written so far, sent only while an agent serves. It is looked up and never kept."""

    on: bool
    draft: str = Field(default="", max_length=200)
