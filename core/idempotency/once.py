"""Does a program's request once: its key is written in the transaction of what it does, with the answer.

A second request with the key waits for the first on the row of the key and gets its answer; where the first failed,
nothing was written and the second does it. So there is no moment at which a server may die and leave half of it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Annotated, Any, TypeVar

from fastapi import Header, Response
from pydantic import BaseModel
from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from core.database import affected
from core.errors import Conflict, InvalidInput
from core.idempotency.models import IdempotencyKey
from core.secrets.store import SecretStore
from core.timers.models import Timer
from core.timers.repository import set_timer
from core.timers.sweeper import TimerHandler
from core.unit_of_work import UnitOfWork, UnitOfWorkFactory

HEADER, REPLAYED = "Idempotency-Key", "Idempotency-Replayed"
# How long a repeat is known as one.
REMEMBERED = timedelta(days=1)
TIMER, _SUBJECT, EVERY = "idempotency.keeping", "all", timedelta(hours=6)
_KEY = re.compile(r"[\x21-\x7e]{1,128}")

AnswerT = TypeVar("AnswerT", bound=BaseModel)
Given = Annotated[
    str | None,
    Header(
        alias=HEADER,
        description="1-128 visible ASCII characters. The same request with the same key is done once, for 24 hours.",
    ),
]


class KeyMalformed(InvalidInput):
    code, status = "idempotency_key_invalid", 400
    default_message = "请求头 Idempotency-Key 应为 1-128 个可见的 ASCII 字符。"


class KeyMismatch(Conflict):
    """The key was used for another request."""

    code = "idempotency_mismatch"
    default_message = "这个 Idempotency-Key 已用于另一个内容不同的请求，请换一个。"


class Once:
    """One request that is done once. `of`: whose key it is."""

    def __init__(
        self, store: SecretStore, *, of: str, key: str, request: str, response: Response
    ) -> None:
        self._store = store
        self._of, self._key = of, key
        self._digest = hashlib.sha256(request.encode()).hexdigest()
        self._response = response

    async def before(self, uow: UnitOfWork, kind: type[AnswerT]) -> AnswerT | None:
        """First in the transaction: the answer of the request when it was done before. Raises KeyMismatch."""
        session, now = uow.session, uow.clock.now()
        sqlite = session.get_bind().dialect.name == "sqlite"
        insert = sqlite_insert if sqlite else postgres_insert
        mine = insert(IdempotencyKey).values(
            account_id=self._of, key=self._key, request_sha256=self._digest, answer="", at=now
        )
        for _ in range(2):
            # On PostgreSQL this waits for whoever has written the same key and not committed yet.
            if affected(await session.execute(mine.on_conflict_do_nothing())) == 1:
                return None
            row = await session.get(
                IdempotencyKey, (self._of, self._key), with_for_update=True, populate_existing=True
            )
            if row is None:
                continue
            if row.at <= now - REMEMBERED:
                row.request_sha256, row.answer, row.at = self._digest, "", now
                return None
            if row.request_sha256 != self._digest:
                raise KeyMismatch()
            self._response.headers[REPLAYED] = "true"
            return kind.model_validate_json(self._store.open(self._name, row.answer))
        raise Conflict()

    async def after(self, uow: UnitOfWork, answer: BaseModel) -> None:
        """Last in the transaction: what a repeat gets."""
        row = await uow.session.get_one(IdempotencyKey, (self._of, self._key))
        row.answer = self._store.seal(self._name, answer.model_dump_json())

    @property
    def _name(self) -> str:
        return f"idempotency/{self._of}/{self._key}"


# Whose, the header, what is asked for, and where the answer's headers go.
OnceFor = Callable[[str, str | None, str, Response], Once | None]


def build_once(store: SecretStore) -> OnceFor:
    """What endpoints ask for each request; None without a key. Raises KeyMalformed."""

    def once(of: str, key: str | None, request: str, response: Response) -> Once | None:
        if key is None:
            return None
        if not _KEY.fullmatch(key):
            raise KeyMalformed()
        return Once(store, of=of, key=key, request=request, response=response)

    return once


async def arm(uows: UnitOfWorkFactory) -> None:
    """Called when a server starts."""
    async with uows.write() as uow:
        if await uow.session.get(Timer, (TIMER, _SUBJECT)) is None:
            await set_timer(uow, TIMER, _SUBJECT, uow.clock.now())


async def forget(uow: UnitOfWork, subject: str, payload: dict[str, Any]) -> None:
    """Timer handler."""
    old = delete(IdempotencyKey).where(IdempotencyKey.at <= uow.clock.now() - REMEMBERED)
    await uow.session.execute(old)
    await set_timer(uow, TIMER, subject, uow.clock.now() + EVERY)


def timer_handlers() -> dict[str, TimerHandler]:
    return {TIMER: TimerHandler(forget)}
