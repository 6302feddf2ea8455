"""Codes that prove who holds a phone: sent within limits, compared in constant time, spent once.

Nobody is told whether a number is known to us: it is not looked up. Everything is counted in the database, so that
several servers count together.
"""

from __future__ import annotations

import hmac
import ipaddress
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.ext.asyncio import AsyncSession

from core.clock import today
from core.configs import get_config
from core.database import affected
from core.errors import InvalidInput, TooManyRequests
from core.ids import new_id
from core.masking import each, plain_char
from core.sms.models import PhoneCode, SmsDay
from core.sms.phones import mobile
from core.sms.ports import SmsOff
from core.sms.sealing import Sealer
from core.sms.service import Sms
from core.sms.settings import CONFIG_NAME, SmsCodeLimits, SmsSettings
from core.sms.templates import CODE
from core.unit_of_work import UnitOfWork, UnitOfWorkFactory

# What a code may be good for.
LEFT_MESSAGE: Final = "left_message"
TICKET: Final = "ticket"
DIGITS = 6
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


class CodeWrong(InvalidInput):
    """Details: `tries_left`."""

    code, default_message = "code_wrong", "验证码不对，请核对短信后重新填写。"


class CodeExpired(InvalidInput):
    """Too old, used already, or none was sent: all the same for who asks."""

    code, default_message = "code_expired", "验证码已失效，请重新获取。"


class TooManyTries(InvalidInput):
    code, status = "too_many_tries", 429
    default_message = "验证码填错的次数太多，请重新获取。"


class TooManyCodes(TooManyRequests):
    """Details: `retry_after` in seconds."""

    code, default_message = "too_many_codes", "获取验证码太频繁，请稍后再试。"


@dataclass(frozen=True)
class CodeSent:
    """`wait_seconds`: until the next one may be asked for. `valid_seconds`: how long this one lasts."""

    wait_seconds: int
    valid_seconds: int


@dataclass(frozen=True)
class Proof:
    """A right code that is not spent yet. `phone` has 11 digits."""

    code_id: str
    phone: str


class PhoneCodes:
    def __init__(
        self,
        *,
        uows: UnitOfWorkFactory,
        sms: Sms,
        sealer: Sealer,
        reaches_people: Callable[[SmsSettings], bool] = lambda _: True,
    ) -> None:
        """`reaches_people`: whether what is sent with these settings gets to anybody."""
        self._reaches_people = reaches_people
        self._uows = uows
        self._sms = sms
        self._sealer = sealer

    async def send(
        self, phone: str, purpose: str, *, address: str, inbox_id: str | None = None
    ) -> CodeSent:
        """Text a new code, which voids the one before. `purpose`: what it will be good for, up to 32 characters.

        `address`: the client's IP. Raises PhoneInvalid, TooManyCodes, SmsOff.
        """
        number = mobile(phone)
        async with self._uows.write() as uow:
            settings = await get_config(uow.session, CONFIG_NAME, SmsSettings)
            if not self._reaches_people(settings):
                raise SmsOff("短信还没有开通，发不了验证码，请拨打服务热线。")
            limits, now = settings.codes, uow.clock.now()
            mine = PhoneCode.phone_mark == self._sealer.mark(number)
            theirs = self._sealer.mark(_network(address))
            await self._count(uow, limits, mine, PhoneCode.address_mark == theirs)
            code_id, code = new_id(), f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"
            expires_at = now + timedelta(minutes=limits.valid_minutes)
            uow.session.add(
                PhoneCode(
                    id=code_id, phone_mark=self._sealer.mark(number), address_mark=theirs, purpose=purpose,
                    digest=self._sealer.code(code_id, code), created_at=now, expires_at=expires_at,
                )
            )  # fmt: skip
            await self._sms.enqueue(
                uow,
                phone=number,
                template=CODE,
                params={"code": code, "minutes": str(limits.valid_minutes)},
                key=f"code/{code_id}",
                until=expires_at,
                inbox_id=inbox_id,
            )
        return CodeSent(limits.seconds_between, limits.valid_minutes * 60)

    async def offered(self, session: AsyncSession) -> bool:
        """Whether a code would get to anybody: texts are set up."""
        return self._reaches_people(await get_config(session, CONFIG_NAME, SmsSettings))

    async def check(self, phone: str, purpose: str, code: str) -> Proof:
        """Compare a code. To be called outside any transaction; `spend` the proof in that of the deed.

        The try is counted and committed before anything is compared. In the caller's transaction the count would
        be rolled back with it, and whoever guesses would have as many tries as he likes.
        What is no code at all does not count. Raises PhoneInvalid, CodeWrong, CodeExpired, TooManyTries.
        """
        number, typed = mobile(phone), _digits(code)
        if len(typed) != DIGITS:
            raise CodeWrong(f"验证码是 {DIGITS} 位数字，请核对短信后重新填写。", field="code")
        async with self._uows.write() as uow:
            limits = (await get_config(uow.session, CONFIG_NAME, SmsSettings)).codes
            row = await uow.session.scalar(
                select(PhoneCode)
                .where(
                    PhoneCode.phone_mark == self._sealer.mark(number), PhoneCode.purpose == purpose
                )
                .order_by(PhoneCode.created_at.desc(), PhoneCode.id.desc())
                .limit(1)
                # Parallel guesses wait here for one another, so that each is counted before the next.
                .with_for_update()
            )
            if row is None or row.spent_at is not None or row.expires_at <= uow.clock.now():
                raise CodeExpired(field="code")
            if row.tries >= limits.tries:
                raise TooManyTries(field="code")
            row.tries += 1
            left = limits.tries - row.tries
        given = self._sealer.code(row.id, typed)
        if not hmac.compare_digest(row.digest, given):
            raise CodeWrong(field="code", tries_left=left)
        return Proof(row.id, number)

    async def spend(self, uow: UnitOfWork, proof: Proof) -> None:
        """Use the code up, together with what it was for. Raises CodeExpired when somebody was quicker."""
        now = uow.clock.now()
        spent = await uow.session.execute(
            update(PhoneCode)
            .where(
                PhoneCode.id == proof.code_id,
                PhoneCode.spent_at.is_(None),
                PhoneCode.expires_at > now,
            )
            .values(spent_at=now)
        )
        if not affected(spent):
            raise CodeExpired(field="code")

    async def _count(
        self,
        uow: UnitOfWork,
        limits: SmsCodeLimits,
        phone: ColumnElement[bool],
        address: ColumnElement[bool],
    ) -> None:
        """Raise TooManyCodes unless one more may be sent; count it for today if so."""
        # First the day's row: whoever sends at the same moment, on whichever server, waits for it, so that nobody
        # counts while another is about to add.
        today_count = await self._count_today(uow)
        now = uow.clock.now()
        waits = [
            await _wait(uow.session, phone, now, timedelta(seconds=limits.seconds_between), 1),
            await _wait(uow.session, phone, now, HOUR, limits.per_hour),
            await _wait(uow.session, phone, now, DAY, limits.per_day),
            await _wait(uow.session, address, now, HOUR, limits.address_per_hour),
            await _wait(uow.session, address, now, DAY, limits.address_per_day),
        ]
        if (longest := max(waits)) > timedelta():
            raise TooManyCodes(retry_after=int(longest.total_seconds()) + 1)
        if today_count > limits.all_per_day:
            raise TooManyCodes(
                "今天的验证码短信已发完，请明天再试，或拨打服务热线。", retry_after=3600
            )

    async def _count_today(self, uow: UnitOfWork) -> int:
        sqlite = uow.session.get_bind().dialect.name == "sqlite"
        row = (sqlite_insert if sqlite else postgres_insert)(SmsDay)
        counted = (
            row.values(day=today(uow.clock), codes=1)
            .on_conflict_do_update(index_elements=[SmsDay.day], set_={"codes": SmsDay.codes + 1})
            .returning(SmsDay.codes)
        )
        return await uow.session.scalar(counted) or 0


async def _wait(
    session: AsyncSession,
    whose: ColumnElement[bool],
    now: datetime,
    window: timedelta,
    limit: int,
) -> timedelta:
    """How long until one more is within `limit` a `window`; nothing when it is now."""
    recent = select(PhoneCode.created_at).where(whose, PhoneCode.created_at > now - window)
    # The one that has to leave the window first.
    blocking = await session.scalar(
        recent.order_by(PhoneCode.created_at.desc()).offset(limit - 1).limit(1)
    )
    return blocking + window - now if blocking is not None else timedelta()


def _digits(typed: str) -> str:
    """The digits of what somebody has typed, with blanks and full-width ones; "" when there is anything else."""
    plain = "".join(each(typed[:40], plain_char).split()).replace("-", "")
    return plain if plain.isascii() and plain.isdigit() else ""


def _network(address: str) -> str:
    """Who shares a limit: an IPv4 address, or the /64 network that one IPv6 customer gets."""
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(known, ipaddress.IPv6Address):
        if known.ipv4_mapped is not None:
            return str(known.ipv4_mapped)
        return str(ipaddress.ip_network((int(known) >> 64 << 64, 64)))
    return str(known)
