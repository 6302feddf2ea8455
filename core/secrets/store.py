"""Secrets of the channels' accounts: sealed before they reach the database, opened only to be used.

An inbox's config holds the names of its secrets; the values are here, encrypted with a key derived
from the installation's secret key. A stolen database or backup alone opens none of them.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Iterable

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.errors import BangbanError
from core.secrets.models import InboxSecret
from core.unit_of_work import UnitOfWork

# Far more than an installation has accounts.
MOST_OPENED = 500


class SecretUnreadable(BangbanError):
    """A stored secret was sealed with another key, or altered. Details: `name`."""

    code, status = "secret_unreadable", 503
    default_message = "账号密钥无法读取：本机的密钥文件可能已更换，请管理员重新填写渠道账号的密钥。"


class SecretMissing(BangbanError):
    """A secret that the config names was never stored. Details: `name`."""

    code, status = "secret_missing", 503
    default_message = "渠道账号缺少密钥，请管理员补充填写。"


class SecretStore:
    """Seals and opens secrets. `secret_key` is the installation's (`Settings.load_secret_key()`)."""

    def __init__(self, secret_key: str) -> None:
        # The secret key has other uses (it signs tokens), so this one is derived and never the same.
        derived = HKDF(SHA256(), 32, salt=None, info=b"bangban/inbox-secrets/1").derive(
            secret_key.encode()
        )
        self._fernet = Fernet(base64.urlsafe_b64encode(derived))
        self._opened: dict[tuple[str, str], str] = {}
        self._mark_key = HKDF(SHA256(), 32, salt=None, info=b"bangban/inbox-marks/1").derive(
            secret_key.encode()
        )

    async def put(self, uow: UnitOfWork, name: str, value: str) -> None:
        """Store or replace the secret `name`."""
        row = await uow.session.get(InboxSecret, name)
        if row is None:
            row = InboxSecret(name=name)
            uow.session.add(row)
        row.sealed = self.seal(name, value)
        row.updated_at = uow.clock.now()

    async def get(self, session: AsyncSession, names: Iterable[str]) -> dict[str, str]:
        """The values of `names`; raises SecretMissing or SecretUnreadable."""
        wanted = list(names)
        rows = await session.scalars(select(InboxSecret).where(InboxSecret.name.in_(wanted)))
        sealed = {row.name: row.sealed for row in rows}
        for name in wanted:
            if name not in sealed:
                raise SecretMissing(name=name)
        return {name: self.open(name, sealed[name]) for name in wanted}

    def mark(self, *values: str) -> str:
        """The same for the same values, and nothing about them without our key: tells whether a secret changed."""
        text = json.dumps(values).encode()
        return hmac.new(self._mark_key, text, hashlib.sha256).hexdigest()

    def seal(self, name: str, value: str) -> str:
        """`value` encrypted, for a row that is called `name`."""
        # The name is sealed in, so that a row copied over another one does not open.
        return self._fernet.encrypt(json.dumps([name, value]).encode()).decode("ascii")

    def open(self, name: str, sealed: str) -> str:
        """What `seal` has sealed under that name; raises SecretUnreadable.

        Kept at hand for as long as it is sealed so: every push needs three of them, and a change is sealed anew.
        """
        known = self._opened.get((name, sealed))
        if known is None:
            known = self._open(name, sealed)
            if len(self._opened) >= MOST_OPENED:
                self._opened.clear()
            self._opened[name, sealed] = known
        return known

    def _open(self, name: str, sealed: str) -> str:
        try:
            sealed_name, value = json.loads(self._fernet.decrypt(sealed.encode("ascii")))
        except InvalidToken:
            raise SecretUnreadable(name=name) from None
        if sealed_name != name:
            raise SecretUnreadable(name=name)
        return str(value)
