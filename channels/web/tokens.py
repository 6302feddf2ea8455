"""Visitor tokens: signed, so that nobody can take another's place by guessing; bound to one inbox."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from itsdangerous import BadSignature, URLSafeTimedSerializer

from core.errors import NotAuthenticated

# A citizen who comes back within half a year finds the conversation again.
LIFETIME = timedelta(days=180)


class TokenInvalid(NotAuthenticated):
    """Forged, expired, or of another inbox: the widget drops it and starts anew."""

    code, default_message = "token_invalid", "会话凭证已失效，请重新打开窗口。"


@dataclass(frozen=True)
class VisitorIdentity:
    """`external_id` is the channel's id of the citizen: a UUID made when the token was issued."""

    inbox_id: str
    external_id: str


class VisitorTokens:
    def __init__(self, secret_key: str) -> None:
        self._serializer = URLSafeTimedSerializer(secret_key, salt="visitor-token")

    def issue(self, identity: VisitorIdentity) -> str:
        return str(self._serializer.dumps([identity.inbox_id, identity.external_id]))

    def read(self, token: str, inbox_id: str) -> VisitorIdentity:
        """The identity in the token; raises TokenInvalid."""
        try:
            inbox, external_id = self._serializer.loads(
                token, max_age=int(LIFETIME.total_seconds())
            )
        except (BadSignature, ValueError, TypeError):
            raise TokenInvalid() from None
        if inbox != inbox_id:
            raise TokenInvalid()
        return VisitorIdentity(inbox, external_id)
