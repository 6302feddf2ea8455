"""Any part sends a text with `enqueue`, in its own transaction, and may ask later what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, cast

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.ext.asyncio import AsyncSession

from core.database import affected
from core.ids import new_id
from core.outbox import repository as outbox
from core.sms.models import SmsText
from core.sms.phones import masked, mobile
from core.sms.sealing import Sealer
from core.sms.templates import checked
from core.unit_of_work import UnitOfWork

TOPIC = "sms"
State = Literal["waiting", "sent", "delivered", "undelivered", "failed"]


@dataclass(frozen=True)
class TextState:
    """What became of a text. `sent`: the provider has it; `delivered` or `undelivered`: it has reported back.

    `error`: the stable code of what went wrong last, empty when nothing did.
    """

    state: State
    error: str
    at: datetime


class Sms:
    def __init__(self, sealer: Sealer) -> None:
        self._sealer = sealer

    async def enqueue(
        self,
        uow: UnitOfWork,
        *,
        phone: str,
        template: str,
        params: Mapping[str, str],
        key: str,
        until: datetime | None = None,
        inbox_id: str | None = None,
    ) -> None:
        """Send a text once the transaction is committed; a second one with the same `key` (up to 120) is not sent.

        `until`: of no use afterwards. Raises PhoneInvalid, and TemplateUnknown for a mistake of the caller.
        """
        number, text_id, now = mobile(phone), new_id(), uow.clock.now()
        content = {"phone": number, "params": checked(template, params)}
        insert = (
            sqlite_insert if uow.session.get_bind().dialect.name == "sqlite" else postgres_insert
        )
        added = insert(SmsText).values(
            id=text_id,
            key=key,
            template=template,
            phone_masked=masked(number),
            phone_mark=self._sealer.mark(number),
            sealed=self._sealer.seal(text_id, content),
            inbox_id=inbox_id,
            state="waiting",
            until=until,
            created_at=now,
            provider="",
            provider_id="",
            error="",
            provider_code="",
            attempts=0,
        )
        done = await uow.session.execute(added.on_conflict_do_nothing(index_elements=[SmsText.key]))
        if affected(done):
            # Each in a row of its own: a notice that waits for the morning must not hold back a code.
            outbox.enqueue(uow, TOPIC, text_id, {"text_id": text_id})

    async def state_of(self, session: AsyncSession, key: str) -> TextState | None:
        """What became of the text `key`; None: there was none."""
        row = await session.scalar(select(SmsText).where(SmsText.key == key))
        if row is None:
            return None
        at = row.settled_at or row.sent_at or row.created_at
        return TextState(cast(State, row.state), row.error, at)
