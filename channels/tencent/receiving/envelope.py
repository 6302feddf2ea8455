"""The envelope of a push: who signed it, how old it is, and how its body is opened. Before anything else is done."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime

from starlette.requests import Request

from channels.tencent.accounts.credentials import Credentials, Mode
from channels.tencent.errors import (
    BodyTooLarge,
    BodyTooSlow,
    CipherInvalid,
    EncryptionRequired,
)
from channels.tencent.receiving.crypto import check_age, check_signature, decrypt

MAX_BODY_BYTES = 1024 * 1024
# WeChat itself hangs up after five.
BODY_SECONDS = 10.0


@dataclass(frozen=True)
class Query:
    """The signed part of a push's address; what is missing is empty."""

    signature: str = ""
    timestamp: str = ""
    nonce: str = ""
    msg_signature: str = ""
    encrypt_type: str = ""
    echostr: str = ""

    @property
    def is_encrypted(self) -> bool:
        return self.encrypt_type == "aes" or bool(self.msg_signature)


@dataclass(frozen=True)
class Envelope:
    """Checks and opens the pushes to one account. `receiver`: the app id or corp id inside every cipher."""

    credentials: Credentials
    receiver: str
    mode: Mode

    def echo(self, query: Query, now: datetime) -> str:
        """What is wanted to hear when the callback address is saved: `echostr`, decrypted if need be."""
        if query.msg_signature:
            return self.opened(query, query.echostr, now)
        self._check_plain(query, now)
        return query.echostr

    def check(self, query: Query, now: datetime) -> None:
        """Check what can be checked without the body, so that strangers cannot make us read theirs."""
        if not query.is_encrypted:
            if self.mode == "encrypted":
                raise EncryptionRequired()
            self._check_plain(query, now)

    def opened(self, query: Query, cipher: str, now: datetime) -> str:
        """The text inside a sealed push. Raises SignatureInvalid, SignatureStale, CipherInvalid."""
        check_signature(
            query.msg_signature,
            token=self.credentials.token,
            timestamp=query.timestamp,
            nonce=query.nonce,
            cipher=cipher,
        )
        check_age(query.timestamp, now)
        if self.credentials.encoding_aes_key is None:
            raise CipherInvalid("收到加密消息，但没有设置 EncodingAESKey。")
        return decrypt(cipher, aes_key=self.credentials.encoding_aes_key, app_id=self.receiver)

    def _check_plain(self, query: Query, now: datetime) -> None:
        token = self.credentials.token
        check_signature(query.signature, token=token, timestamp=query.timestamp, nonce=query.nonce)
        check_age(query.timestamp, now)


def query_of(request: Request) -> Query:
    params = request.query_params
    return Query(**{name: params.get(name, "") for name in Query.__dataclass_fields__})


async def body_of(request: Request) -> bytes:
    """The body; raises BodyTooLarge before more than the limit is held, BodyTooSlow, and ClientDisconnect when nobody
    waits any more."""
    body = bytearray()
    try:
        async with asyncio.timeout(BODY_SECONDS):
            async for chunk in request.stream():
                body += chunk
                if len(body) > MAX_BODY_BYTES:
                    raise BodyTooLarge(limit=MAX_BODY_BYTES)
    except TimeoutError:
        raise BodyTooSlow() from None
    return bytes(body)
