"""How each account is: what WeChat last took and refused, since when, and who has to be told.

Noting is free: it happens in memory. Rows are written by `flush`, every half minute and at once when an account
starts or stops failing, never once per message. Supervisors hear once of each change for the worse.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from channels.tencent.api.advice import advice, doing, needs_somebody
from channels.tencent.errors import (
    AccountInvalid,
    ApiFailed,
    BodyTooLarge,
    CipherInvalid,
    EncryptionRequired,
    PushMalformed,
    SignatureInvalid,
    SignatureStale,
)
from channels.tencent.models import ApiHealth
from core.conversation.models import Inbox
from core.errors import BangbanError
from core.events import SUPERVISOR_ROOM, AlertRaised, Audience, Event
from core.secrets.store import SecretMissing, SecretUnreadable
from core.unit_of_work import UnitOfWork, UnitOfWorkFactory

log = logging.getLogger(__name__)

TOKEN_AREA, PUSH_AREA = "token", "push"
FLUSH_SECONDS = 30.0
# However often an account changes its mind.
PAUSE_SECONDS = 2.0
# That all is well is written down again after this long.
OK_AGAIN = timedelta(minutes=5)
# Several servers may disagree (an address allowed for one of them): no second alert before it was well this long.
WELL_FOR = timedelta(minutes=10)
# What passes by itself is worth an alert when it has not passed for this long.
TOO_LONG = timedelta(minutes=10)
MAX_NOTES = 10_000
# Why a push is refused; never because there is no such account, of which strangers could name any number.
PUSH_REFUSALS: tuple[type[BangbanError], ...] = (
    SignatureInvalid, SignatureStale, CipherInvalid, EncryptionRequired, PushMalformed, BodyTooLarge,
    AccountInvalid, SecretMissing, SecretUnreadable,
)  # fmt: skip


@dataclass
class Note:
    """What this process knows of a part of an account and has, or has not, written down."""

    ok_at: datetime | None = None
    failed_at: datetime | None = None
    reason: str = ""
    errcode: int | None = None
    is_failing: bool = False
    written_ok_at: datetime | None = None
    is_unwritten: bool = False

    def latest(self) -> datetime:
        return max(filter(None, (self.ok_at, self.failed_at)))


class Health:
    def __init__(self, uows: UnitOfWorkFactory) -> None:
        self._uows = uows
        self._notes: dict[tuple[str, str], Note] = {}
        self._changed = asyncio.Event()

    def ok(self, account: str, area: str) -> None:
        now = self._uows.clock.now()
        note = self._note(account, area)
        note.ok_at = now
        if note.is_failing:
            note.is_failing, note.is_unwritten = False, True
            self._hurry(area)
        elif note.written_ok_at is None or now - note.written_ok_at > OK_AGAIN:
            note.is_unwritten = True

    def failed(self, account: str, area: str, failure: ApiFailed) -> None:
        self._bad(account, area, failure.reason, failure.errcode)

    @contextlib.contextmanager
    def push(self, account: str) -> Iterator[None]:
        """Around the handling of one push. What is wrong with a message in it is no matter of the account."""
        try:
            yield
        except PUSH_REFUSALS as refused:
            self._bad(account, PUSH_AREA, refused.code, None)
            raise
        self.ok(account, PUSH_AREA)

    async def flush(self) -> None:
        """Write down what is not written yet."""
        pending = [
            (key, note, replace(note)) for key, note in self._notes.items() if note.is_unwritten
        ]
        if not pending:
            return
        for _, note, _ in pending:
            note.is_unwritten = False  # what happens from here on is for the next round
        try:
            async with self._uows.write() as uow:
                for (account, area), _, written in pending:
                    await _write(uow, account, area, written)
        except BaseException:
            for _, note, _ in pending:
                note.is_unwritten = True
            raise
        for _, note, written in pending:
            note.written_ok_at = written.ok_at

    async def flush_forever(self) -> None:
        """Until cancelled."""
        while True:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._changed.wait(), FLUSH_SECONDS)
            self._changed.clear()
            try:
                await self.flush()
            except Exception:
                log.exception("the health of WeChat's accounts could not be written down")
            await asyncio.sleep(PAUSE_SECONDS)

    def _note(self, account: str, area: str) -> Note:
        note = self._notes.get((account, area))
        if note is None:
            if len(self._notes) >= MAX_NOTES:
                self._notes.clear()
            note = self._notes[account, area] = Note()
        return note

    def _bad(self, account: str, area: str, reason: str, errcode: int | None) -> None:
        note = self._note(account, area)
        if not note.is_failing or (note.reason, note.errcode) != (reason, errcode):
            self._hurry(area)
        note.failed_at, note.reason, note.errcode = self._uows.clock.now(), reason, errcode
        note.is_failing = note.is_unwritten = True

    def _hurry(self, area: str) -> None:
        # Strangers can send refused pushes at any rate; they wait for the next round.
        if area != PUSH_AREA:
            self._changed.set()


def fails(row: ApiHealth, ok_at: datetime | None) -> bool:
    """Whether it still does. What passes by itself has passed when another call worked later (`ok_at`)."""
    if row.failing_since is None or row.failed_at is None:
        return False
    return needs_somebody(row.account, row.errcode) or ok_at is None or ok_at <= row.failed_at


async def rows_of(session: AsyncSession, account: str) -> list[ApiHealth]:
    query = select(ApiHealth).where(ApiHealth.account == account).order_by(ApiHealth.area)
    return list(await session.scalars(query))


async def _write(uow: UnitOfWork, account: str, area: str, note: Note) -> None:
    query = select(ApiHealth).where(ApiHealth.account == account, ApiHealth.area == area)
    row = await uow.session.scalar(query.with_for_update())
    if row is None:
        row = ApiHealth(account=account, area=area, alerted="", reason="")
        uow.session.add(row)
    # What another server saw later stands.
    is_latest = note.latest() >= (_later(row.ok_at, row.failed_at) or note.latest())
    row.ok_at = _later(row.ok_at, note.ok_at)
    if note.failed_at is not None and note.failed_at == _later(row.failed_at, note.failed_at):
        row.failed_at, row.reason, row.errcode = note.failed_at, note.reason[:100], note.errcode
    if not is_latest:
        return
    if note.is_failing:
        row.failing_since = row.failing_since or row.failed_at
        await _alert(uow, row)
        return
    row.failing_since = None
    if row.failed_at is None or uow.clock.now() - row.failed_at > WELL_FOR:
        row.alerted = ""


async def _alert(uow: UnitOfWork, row: ApiHealth) -> None:
    """Tell the supervisors, in the transaction that notes that they were told."""
    what = f"{row.reason}:{row.errcode}"
    if row.alerted == what or row.area == PUSH_AREA:
        return
    if not needs_somebody(row.account, row.errcode) and not await _lasts(uow, row):
        return
    row.alerted = what
    channel, _, inbox_id = row.account.partition("/")
    inbox = await uow.session.get(Inbox, inbox_id)
    name = inbox.name if inbox is not None else inbox_id
    words = advice(row.account, row.errcode) or "微信接口一直没有正常应答，请检查服务器的网络。"
    part = doing(row.area)
    alert = AlertRaised(
        code="wechat_account_failing",
        message=f"“{name}”{part}出了问题：{words}",
        details={"channel": channel, "inbox_id": inbox_id, "errcode": row.errcode},
    )
    uow.publish(Event("alert.raised", alert, Audience(agent_rooms=frozenset({SUPERVISOR_ROOM}))))


async def _lasts(uow: UnitOfWork, row: ApiHealth) -> bool:
    """Whether no call has worked for too long."""
    since = row.failing_since or uow.clock.now()
    if uow.clock.now() - since <= TOO_LONG:
        return False
    query = select(func.max(ApiHealth.ok_at)).where(
        ApiHealth.account == row.account, ApiHealth.area != PUSH_AREA
    )
    worked: datetime | None = await uow.session.scalar(query)
    return worked is None or worked <= since


def _later(one: datetime | None, other: datetime | None) -> datetime | None:
    return max(filter(None, (one, other)), default=None)
