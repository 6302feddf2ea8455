"""Short signed addresses of pages that whoever was sent them opens without a login: an answer, a file, a rating.

A chat shows an address in full, so it is short: which thing and until when, in 44 letters. Nothing in it tells whose.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal
from uuid import UUID

from core.clock import Clock
from core.errors import BangbanError, NotFound

Page = Literal["answer", "file", "rate"]

# Who reads an answer again later finds it; it says of when it is.
ANSWER_VALID = timedelta(days=30)
# As long as WeChat itself keeps a medium.
FILE_VALID = timedelta(days=3)
_ID_BYTES = 16
# Seconds since 1970 in four bytes: until 2106.
_UNTIL_BYTES = 4
_SIGNATURE_BYTES = 12


class PageExpired(BangbanError):
    code, status = "link_expired", 410
    default_message = "链接已过期，请回到聊天中重新查询。"


@dataclass(frozen=True)
class Opened:
    """What a valid address says. `detail`: a small number that belongs to it, such as the score that was tapped."""

    id: str
    detail: int
    until: datetime


class PageLinks:
    """`secret`: the installation's key, so that every server reads what another wrote."""

    def __init__(self, secret: str, clock: Clock, public_url: str) -> None:
        self._secret = hashlib.sha256(b"public-page:" + secret.encode()).digest()
        self._clock = clock
        self._base = public_url.rstrip("/")

    def address(self, page: Page, id: str, *, valid: timedelta, detail: int = 0) -> str:
        """The whole address. `id` is a UUID, `detail` 0 to 255."""
        # The same within an hour, so that a message rendered again for its retry reads the same.
        until = (int((self._clock.now() + valid).timestamp()) // 3600 + 1) * 3600
        body = UUID(id).bytes + until.to_bytes(_UNTIL_BYTES) + bytes([detail])
        return f"{self._base}/{page}/{_text(body + self._sign(page, body))}"

    def open(self, page: Page, token: str) -> Opened:
        """Raises NotFound for what is not ours or another page's, PageExpired for one whose time is over."""
        raw = _bytes(token)
        body, signature = raw[:-_SIGNATURE_BYTES], raw[-_SIGNATURE_BYTES:]
        if len(raw) != _ID_BYTES + _UNTIL_BYTES + 1 + _SIGNATURE_BYTES:
            raise NotFound("没有这个页面。")
        if not hmac.compare_digest(signature, self._sign(page, body)):
            raise NotFound("没有这个页面。")
        seconds = int.from_bytes(body[_ID_BYTES : _ID_BYTES + _UNTIL_BYTES])
        until = datetime.fromtimestamp(seconds, UTC)
        if until <= self._clock.now():
            raise PageExpired()
        return Opened(id=str(UUID(bytes=body[:_ID_BYTES])), detail=body[-1], until=until)

    def _sign(self, page: Page, body: bytes) -> bytes:
        digest = hmac.new(self._secret, page.encode() + b":" + body, hashlib.sha256).digest()
        return digest[:_SIGNATURE_BYTES]


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _bytes(token: str) -> bytes:
    """What the text stands for; empty for what is no such text, or not the one way to write it."""
    try:
        raw = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except ValueError:
        return b""
    return raw if _text(raw) == token else b""
