"""Hands waiting texts to the provider: the outbox's handler of the topic `sms`."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import update

from core.clock import LOCAL_ZONE
from core.configs import get_config
from core.outbox.worker import BACKOFF, Postponed
from core.sms.models import SmsText
from core.sms.ports import Receipt, SmsFailed, SmsOff, SmsSenders
from core.sms.sealing import Sealer, TextUnreadable
from core.sms.settings import CONFIG_NAME, SmsHours, SmsSettings
from core.sms.templates import TEMPLATES
from core.unit_of_work import UnitOfWorkFactory

log = logging.getLogger(__name__)

TOO_LATE = "sms_too_late"
_FAILED: dict[str, Any] = {"state": "failed", "sealed": ""}


class SmsDelivery:
    """At least once. That a text was sent is noted right after the provider has taken it, and looked at before.

    What is left is a server that dies between the two, and an answer of the provider that is lost on the way: then
    the text is handed over again under the same key, which not every provider compares.
    """

    def __init__(self, *, uows: UnitOfWorkFactory, senders: SmsSenders, sealer: Sealer) -> None:
        self._uows = uows
        self._senders = senders
        self._sealer = sealer

    async def __call__(self, payload: dict[str, Any]) -> None:
        """Raises SmsFailed to be called again, Postponed outside the hours."""
        text_id = str(payload["text_id"])
        now = self._uows.clock.now()
        async with self._uows.read() as session:
            row = await session.get(SmsText, text_id)
            if row is None or row.state != "waiting":
                return
            hours = (await get_config(session, CONFIG_NAME, SmsSettings)).hours
        if row.until is not None and row.until <= now:
            await self._change(text_id, **_FAILED, error=row.error or TOO_LATE, settled_at=now)
            return
        if not TEMPLATES[row.template].at_once and (opening := next_opening(hours, now)) > now:
            raise Postponed(opening)
        try:
            receipt = await self._send(row)
        except SmsFailed as failed:
            await self._note(row, failed)
            if failed.temporary and row.attempts < len(BACKOFF):
                raise
        else:
            await self._change(
                text_id, state="sent", sealed="", provider=receipt.provider, provider_id=receipt.provider_id,
                error="", provider_code="", attempts=row.attempts + 1, sent_at=self._uows.clock.now(),
            )  # fmt: skip

    async def _send(self, row: SmsText) -> Receipt:
        try:
            content = self._sealer.open(row.id, row.sealed)
        except TextUnreadable as unreadable:
            raise _Unreadable(unreadable.message) from None
        async with self._uows.read() as session:
            sender = await self._senders.current(session)
        return await sender.send(content["phone"], row.template, content["params"], key=row.id)

    async def _note(self, row: SmsText, failed: SmsFailed) -> None:
        """Keep what went wrong; the end, when trying again is of no use."""
        values: dict[str, Any] = {
            "error": failed.code,
            "provider_code": str(failed.details.get("provider_code", ""))[:96],
            "attempts": row.attempts + 1,
        }
        if not failed.temporary or row.attempts >= len(BACKOFF):
            if not isinstance(failed, SmsOff):
                log.warning("text %s given up: %s %s", row.id, failed.code, values["provider_code"])
            values |= {**_FAILED, "settled_at": self._uows.clock.now()}
        await self._change(row.id, **values)

    async def _change(self, text_id: str, **values: Any) -> None:
        """Unless the provider's report was quicker than we."""
        async with self._uows.write(brief=True) as uow:
            await uow.session.execute(
                update(SmsText)
                .where(SmsText.id == text_id, SmsText.state == "waiting")
                .values(**values)
            )


class _Unreadable(SmsFailed):
    code = TextUnreadable.code


def next_opening(hours: SmsHours, now: datetime) -> datetime:
    """When a text may go out: now, or when the hours begin next."""
    local = now.astimezone(LOCAL_ZONE)
    if hours.begin <= local.time() < hours.end:
        return now
    day = local.date() if local.time() < hours.begin else local.date() + timedelta(days=1)
    return datetime.combine(day, hours.begin, LOCAL_ZONE)
