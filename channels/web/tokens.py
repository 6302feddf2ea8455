"""Visitor tokens: signed, so that nobody can take another's place by guessing; bound to one inbox."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from itsdangerous import BadSignature, URLSafeTimedSerializer

from channels.web.identity import LOGIN_PREFIX
from core.errors import NotAuthenticated

# A citizen who comes back within half a year finds the conversation again.
LIFETIME = timedelta(days=180)
# Who is logged in on a website proves it anew with every page; this is for the page that stays open.
LOGIN_LIFETIME = timedelta(hours=12)


class TokenInvalid(NotAuthenticated):
    """Forged, expired, or of another inbox: the widget drops it and starts anew."""

    code, default_message = "token_invalid", "会话凭证已失效，请重新打开窗口。"


@dataclass(frozen=True)
class VisitorIdentity:
    """`external_id` is the channel's id of the citizen: a UUID made when the first token was issued, or the prefix
    LOGIN_PREFIX with the number the website gave. `issued_at`: when the token was made it was read from."""

    inbox_id: str
    external_id: str
    issued_at: datetime | None = field(default=None, compare=False)


class VisitorTokens:
    def __init__(self, secret_key: str) -> None:
        self._serializer = URLSafeTimedSerializer(secret_key, salt="visitor-token")

    def issue(self, identity: VisitorIdentity) -> str:
        return str(self._serializer.dumps([identity.inbox_id, identity.external_id]))

    def renewed(self, identity: VisitorIdentity, given: str | None) -> str:
        """For a window that came with `given`, if with any: a token whose time begins now.

        That of a login stays as it is: its hours count from when the website proved it, however often the page
        connects again.
        """
        if (
            given is not None
            and identity.issued_at is not None
            and identity.external_id.startswith(LOGIN_PREFIX)
        ):
            return given
        return self.issue(identity)

    def read(self, token: str, inbox_id: str) -> VisitorIdentity:
        """The identity in the token; raises TokenInvalid."""
        try:
            (inbox, external_id), signed = self._serializer.loads(
                token, max_age=int(LIFETIME.total_seconds()), return_timestamp=True
            )
        except (BadSignature, ValueError, TypeError):
            raise TokenInvalid() from None
        if inbox != inbox_id or not isinstance(external_id, str):
            raise TokenInvalid()
        issued_at = signed.astimezone(UTC)
        if external_id.startswith(LOGIN_PREFIX) and self._age(issued_at) > LOGIN_LIFETIME:
            raise TokenInvalid()
        return VisitorIdentity(inbox, external_id, issued_at)

    @staticmethod
    def _age(issued_at: datetime) -> timedelta:
        # The clock itsdangerous goes by.
        return datetime.fromtimestamp(time.time(), UTC) - issued_at
