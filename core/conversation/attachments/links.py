"""Addresses of files. Whoever is logged in and may read the conversation opens the plain address; citizens, who have
no login, get it with a key that holds for this file of this conversation (or ticket) and for some hours."""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

from core.clock import Clock
from core.conversation.content import Content, FileContent, TextContent
from core.conversation.schemas import MessageRead
from core.errors import BangbanError, NotFound

ROOT = "/api/v1/conversations"
# A window that stays open longer asks anew when it is reloaded or scrolled up.
VALID = timedelta(hours=12)
# On channels that show an address once and cannot renew it; as long as WeChat itself keeps a medium.
VALID_OUTSIDE = timedelta(days=3)
# The same address within an hour, so that browsers keep the file.
ROUND = timedelta(hours=1)
_BYTES = 18


class LinkExpired(BangbanError):
    code, status = "link_expired", 410
    default_message = "链接已过期，请回到会话中重新打开。"


def folder_of(conversation_id: str) -> str:
    """Under which the addresses of a conversation's files are."""
    return f"{ROOT}/{conversation_id}/attachments"


def path_in(folder: str, attachment_id: str, name: str) -> str:
    return f"{folder}/{attachment_id}/{quote(name, safe='')}"


def small_path_in(folder: str, attachment_id: str) -> str:
    """Of the small picture beside it; no name in it, so none to cover."""
    return f"{folder}/{attachment_id}/small/thumbnail.webp"


def path_of(conversation_id: str, attachment_id: str, name: str) -> str:
    return path_in(folder_of(conversation_id), attachment_id, name)


class FileLinks:
    """`secret`: the installation's key, so that every server reads what another wrote."""

    def __init__(self, secret: str, clock: Clock) -> None:
        self._secret = hashlib.sha256(b"conversation-file:" + secret.encode()).digest()
        self._clock = clock

    def for_citizen(
        self, content: Content, conversation_id: str, *, valid: timedelta = VALID
    ) -> Content:
        """The content as a citizen gets it: a file of the conversation with the key to it."""
        if isinstance(content, TextContent) and content.voice is not None:
            voice = self.for_citizen(content.voice, conversation_id, valid=valid)
            return content.model_copy(update={"voice": voice})
        if not isinstance(content, FileContent) or not content.url.startswith(f"{ROOT}/"):
            return content
        return self.keyed(content, conversation_id, valid=valid)

    def keyed(
        self, content: FileContent, owner_id: str, *, valid: timedelta = VALID
    ) -> FileContent:
        """With the key to it. `owner_id`: the conversation's id, or the ticket's."""
        key = self.key(owner_id, content.attachment_id, valid=valid)
        keyed = {"url": f"{content.url}?key={key}"}
        if content.thumbnail_url is not None:
            keyed["thumbnail_url"] = f"{content.thumbnail_url}?key={key}"
        return content.model_copy(update=keyed)

    def message_for_citizen(self, message: MessageRead) -> MessageRead:
        content = self.for_citizen(message.content, message.conversation_id)
        if content is message.content:
            return message
        return message.model_copy(update={"content": content})

    def key(self, owner_id: str, attachment_id: str, *, valid: timedelta = VALID) -> str:
        seconds = int(ROUND.total_seconds())
        until = int((self._clock.now() + valid).timestamp()) // seconds * seconds + seconds
        return f"{until:x}.{self._sign(owner_id, attachment_id, until)}"

    def check(self, owner_id: str, attachment_id: str, key: str) -> None:
        """Raises NotFound for a key that is not ours or another file's, LinkExpired for one whose time is over."""
        written, _, signature = key.partition(".")
        try:
            until = int(written[:12], 16)
        except ValueError:
            raise NotFound("没有这个文件。") from None
        expected = self._sign(owner_id, attachment_id, until)
        if not hmac.compare_digest(signature.encode(), expected.encode()):
            raise NotFound("没有这个文件。")
        if datetime.fromtimestamp(until, UTC) <= self._clock.now():
            raise LinkExpired()

    def _sign(self, owner_id: str, attachment_id: str, until: int) -> str:
        text = f"{owner_id}/{attachment_id}/{until:x}"
        digest = hmac.new(self._secret, text.encode(), hashlib.sha256).digest()[:_BYTES]
        return base64.urlsafe_b64encode(digest).decode()
