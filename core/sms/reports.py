"""What providers tell us on their own: that a text arrived, and what people text back. Each may be told twice."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select, update
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.ext.asyncio import AsyncSession

from core.ids import new_id
from core.sms.models import SmsInbound, SmsText
from core.sms.phones import PhoneInvalid, masked, mobile
from core.sms.sealing import Sealer
from core.unit_of_work import UnitOfWorkFactory

# What a citizen may text back and we keep.
MAX_INBOUND = 1000


@dataclass(frozen=True)
class Report:
    """`provider_id`: by what the receipt called the text. `key`: ours, where the provider gives it back."""

    provider_id: str
    key: str
    delivered: bool
    code: str


@dataclass(frozen=True)
class Inbound:
    """`provider_id`: by which a repeat is known."""

    provider_id: str
    phone: str
    text: str


@dataclass(frozen=True)
class InboundRead:
    phone_masked: str
    text: str
    received_at: datetime


class Reports:
    def __init__(self, *, uows: UnitOfWorkFactory, sealer: Sealer) -> None:
        self._uows = uows
        self._sealer = sealer

    async def take(
        self, provider: str, reports: Sequence[Report], inbound: Sequence[Inbound]
    ) -> None:
        """Store what is new of it; what is about texts we do not know is left out."""
        async with self._uows.write() as uow:
            for report in reports:
                await self._settle(uow.session, provider, report, uow.clock.now())
            for message in inbound:
                await self._keep(uow.session, provider, message, uow.clock.now())

    async def inbound(self, session: AsyncSession, limit: int) -> list[InboundRead]:
        """The newest first."""
        rows = await session.scalars(
            select(SmsInbound)
            .order_by(SmsInbound.received_at.desc(), SmsInbound.id.desc())
            .limit(limit)
        )
        return [
            InboundRead(
                row.phone_masked,
                str(self._sealer.open(row.id, row.sealed)["text"]),
                row.received_at,
            )
            for row in rows
        ]

    async def _settle(
        self, session: AsyncSession, provider: str, report: Report, now: datetime
    ) -> None:
        # A report may overtake our own note that the text was sent, so `waiting` counts as well; what has been
        # reported once stays as it is.
        text_id = _uuid(report.key)
        same = (SmsText.provider == provider) & (SmsText.provider_id == report.provider_id)
        values: dict[str, Any] = {
            "state": "delivered" if report.delivered else "undelivered",
            "provider": provider,
            "provider_id": report.provider_id,
            "error": "" if report.delivered else "sms_undelivered",
            "provider_code": report.code[:96],
            "sealed": "",
            "settled_at": now,
        }
        await session.execute(
            update(SmsText)
            .where(
                or_(same, SmsText.id == text_id) if text_id else same,
                SmsText.state.in_(("waiting", "sent")),
            )
            .values(**values)
        )

    async def _keep(
        self, session: AsyncSession, provider: str, message: Inbound, now: datetime
    ) -> None:
        try:
            phone = mobile(message.phone)
        except PhoneInvalid:
            return
        row_id = new_id()
        insert = sqlite_insert if session.get_bind().dialect.name == "sqlite" else postgres_insert
        added = insert(SmsInbound).values(
            id=row_id,
            provider=provider,
            provider_id=message.provider_id or self._made_up(phone, message.text, now),
            phone_masked=masked(phone),
            phone_mark=self._sealer.mark(phone),
            sealed=self._sealer.seal(row_id, {"phone": phone, "text": message.text[:MAX_INBOUND]}),
            received_at=now,
        )
        await session.execute(
            added.on_conflict_do_nothing(
                index_elements=[SmsInbound.provider, SmsInbound.provider_id]
            )
        )

    def _made_up(self, phone: str, text: str, now: datetime) -> str:
        return self._sealer.mark(f"{phone}/{text}/{now:%Y%m%d%H}")


def _uuid(key: str) -> str | None:
    try:
        return str(uuid.UUID(key))
    except ValueError:
        return None
