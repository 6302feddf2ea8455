"""Who is logged in on the website that shows the widget, proved by a JWT which that website's server signs.

The website knows its citizens; we know them by the `sub` it gives them, in one inbox. A JWT says only who: one that
is used twice opens the same conversation twice, and ten minutes after it was made it opens none.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import jwt
from sqlalchemy.ext.asyncio import AsyncSession

from channels.tencent.api.sns import is_id_of_wechat
from core import audit
from core.conversation.content import printable
from core.errors import InvalidInput, NotAuthenticated
from core.secrets.models import InboxSecret
from core.secrets.store import SecretStore
from core.unit_of_work import UnitOfWork

ALGORITHM = "HS256"
# How far ahead `exp` may be: a JWT that was seen in a log or a history is of no use soon.
MOST_AHEAD = timedelta(minutes=10)
# Two servers' clocks.
LEEWAY = timedelta(seconds=30)
MAX_JWT = 4096
_MAX_SUB = 100
_MAX_NAME = 64
# Before the website's own number, so that it is never that of a visitor without login (a UUID).
LOGIN_PREFIX = "login:"


class IdentityNotSetUp(InvalidInput):
    code = "identity_not_set_up"
    default_message = "这个接入点没有开通网站登录身份，请先在“设置 › 网站接入”生成身份密钥。"


class IdentityInvalid(NotAuthenticated):
    """Details: `reason` (signature, algorithm, form, sub, name, unionid, exp)."""

    code = "identity_invalid"
    default_message = "登录身份的签名不对或内容不全，请网站核对身份密钥和签名方法。"


class IdentityExpired(NotAuthenticated):
    code, default_message = "identity_expired", "登录身份已过期，请网站重新签发。"


class IdentityTooLong(NotAuthenticated):
    """Its end is more than ten minutes ahead: a stolen one would open the conversation for that long."""

    code = "identity_too_long_lived"
    default_message = "登录身份的有效期超过 10 分钟，请网站缩短 exp。"


@dataclass(frozen=True)
class SignedIn:
    """What a JWT says: the contact's id in the channel, and what the website knows (may be empty): the name, and the
    unionid where it has the citizen log in with WeChat."""

    external_id: str
    name: str
    union_id: str = ""


def read_jwt(token: str, secret: str, now: datetime) -> SignedIn:
    """Raises IdentityInvalid, IdentityExpired, IdentityTooLong."""
    try:
        # The times are checked below, by the clock that is given.
        claims: dict[str, Any] = jwt.decode(
            token, secret, algorithms=[ALGORITHM],
            options={
                "require": ["sub", "exp"], "verify_exp": False, "verify_nbf": False, "verify_iat": False,
                "verify_aud": False,
            },
        )  # fmt: skip
    except jwt.InvalidAlgorithmError:
        raise IdentityInvalid(reason="algorithm") from None
    except jwt.InvalidSignatureError:
        raise IdentityInvalid(reason="signature") from None
    except jwt.MissingRequiredClaimError as missing:
        raise IdentityInvalid(reason=missing.claim) from None
    except jwt.InvalidTokenError:
        raise IdentityInvalid(reason="form") from None
    _check_end(claims["exp"], now)
    sub, name = claims["sub"], claims.get("name", "")
    if not isinstance(sub, str) or not 0 < len(sub) <= _MAX_SUB or printable(sub) != sub:
        raise IdentityInvalid(reason="sub")
    if not isinstance(name, str):
        raise IdentityInvalid(reason="name")
    union_id = claims.get("unionid", "")
    if not isinstance(union_id, str) or (union_id and not is_id_of_wechat(union_id)):
        raise IdentityInvalid(reason="unionid")
    return SignedIn(LOGIN_PREFIX + sub, printable(name).strip()[:_MAX_NAME], union_id)


def _check_end(exp: Any, now: datetime) -> None:
    # A boolean is an int in Python, and infinity a float.
    if isinstance(exp, bool) or not isinstance(exp, int):
        raise IdentityInvalid(reason="exp")
    # Compared and not subtracted: of hundreds of digits no difference can be made.
    if exp <= (now - LEEWAY).timestamp():
        raise IdentityExpired()
    if exp > (now + MOST_AHEAD + LEEWAY).timestamp():
        raise IdentityTooLong()


class SignedIdentities:
    """The inboxes' secrets for it, and the reading of what was signed with them."""

    def __init__(self, store: SecretStore) -> None:
        self._store = store

    async def read(
        self, session: AsyncSession, inbox_id: str, token: str, now: datetime
    ) -> SignedIn:
        """Raises IdentityNotSetUp and what `read_jwt` raises."""
        name = _name(inbox_id)
        if await session.get(InboxSecret, name) is None:
            raise IdentityNotSetUp()
        return read_jwt(token, (await self._store.get(session, [name]))[name], now)

    async def since(self, session: AsyncSession, inbox_id: str) -> datetime | None:
        """When the inbox's secret was made; None: there is none."""
        row = await session.get(InboxSecret, _name(inbox_id))
        return row.updated_at if row is not None else None

    async def renew(self, uow: UnitOfWork, inbox_id: str, actor: str) -> str:
        """A new secret in place of the old one, which is of no use any more. It is shown once."""
        secret = secrets.token_urlsafe(32)
        await self._store.put(uow, _name(inbox_id), secret)
        audit.record(
            uow, actor=actor, action="inbox.identity_secret_made", subject=f"inbox:{inbox_id}"
        )
        return secret

    async def drop(self, uow: UnitOfWork, inbox_id: str, actor: str) -> None:
        """From now on nobody is logged in here."""
        row = await uow.session.get(InboxSecret, _name(inbox_id))
        if row is None:
            return
        await uow.session.delete(row)
        audit.record(
            uow, actor=actor, action="inbox.identity_secret_dropped", subject=f"inbox:{inbox_id}"
        )


def _name(inbox_id: str) -> str:
    return f"web/{inbox_id}/identity"
