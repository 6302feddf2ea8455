"""What each thing that happened leads to: a stored message, a welcome, a mark on a message. Called by the fetch.

Every act is idempotent, since a page may come again: messages are known by their msgid, the rest by `once`.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Iterable
from datetime import timedelta
from typing import Protocol

from pydantic import ValidationError

from channels.tencent.pages.rating import ChatRatings, Tap, tap_in
from channels.tencent.receiving import picks
from channels.tencent.receiving.media import MediaIntake
from channels.tencent.receiving.once import once, seen
from channels.wecom import sessions
from channels.wecom.accounts import CHANNEL, Account
from channels.wecom.beginning import ARRIVED_TOPIC, WELCOME_TOPIC
from channels.wecom.items import (
    Entered,
    Happening,
    Item,
    Media,
    NotDelivered,
    Place,
    Reassigned,
    Recalled,
    ServicerSaid,
    Unheeded,
    Words,
)
from channels.wecom.notices import Notices
from channels.wecom.reports import Reports
from channels.wecom.servicers import Servicers
from channels.wecom.sessions import Known
from core.conversation.addresses import address_key
from core.conversation.content import MAX_TEXT, LocationContent, TextContent, clean_text
from core.conversation.intake import InboundMessage, Receipt
from core.conversation.sent import MAX_LABEL, Inbound, SentLocation
from core.errors import MessageEmpty
from core.outbox.repository import enqueue
from core.sensitive.book import WordsRefused
from core.unit_of_work import UnitOfWork, UnitOfWorkFactory

log = logging.getLogger(__name__)

# A welcome's code is good for 20 s (95122); the rest is for its way there.
WELCOME_WITHIN = timedelta(seconds=18)


class Receiver(Protocol):
    """What is needed of the engine."""

    async def receive(self, message: InboundMessage) -> Receipt: ...


class Taking:
    def __init__(
        self, *, uows: UnitOfWorkFactory, receiver: Receiver, media: MediaIntake, ratings: ChatRatings,
        notices: Notices, reports: Reports, servicers: Servicers,
    ) -> None:  # fmt: skip
        self._uows = uows
        self._receiver = receiver
        self._media = media
        self._ratings = ratings
        self._notices = notices
        self._reports = reports
        self._servicers = servicers

    async def sessions_of(self, account: Account, happenings: Iterable[Happening]) -> Known:
        """What is known of everybody a page speaks of, in one query. Kept up to date by `take`."""
        citizens = {each.external_userid for each in happenings if not isinstance(each, Unheeded)}
        if not citizens:
            return {}
        async with self._uows.read(brief=True) as session:
            return await sessions.of(session, account.inbox_id, citizens)

    async def take(self, account: Account, item: Item, known: Known) -> None:
        if item.open_kfid and item.open_kfid != account.config.open_kfid:
            log.warning("inbox %s was given what is another 客服账号's", account.inbox_id)
            return
        match item:
            case Words() | Media() | Place():
                await self._wrote(account, item, known)
            case Entered():
                await self._entered(account, item, known)
            case NotDelivered():
                await self._reports.not_delivered(account, item)
            case Recalled():
                await self._reports.recalled(account, item)
            case Reassigned():
                await self._servicers.reassigned(account, item, known)
            case ServicerSaid():
                await self._servicers.said(account, item, item.text)

    async def _wrote(self, account: Account, item: Words | Media | Place, known: Known) -> None:
        now = self._uows.clock.now()
        row = known.get(item.external_userid)
        if sessions.is_with_servicer(row, now):
            # Not ours to answer: 企业微信 has it, and whoever serves here sees it.
            await self._servicers.overheard(account, item)
            return
        where = sessions.sub_channel(row, now)
        match item:
            case Words():
                await self._said(account, item, where)
            case Media():
                await self._stored(account, item, self._media.receive(
                    CHANNEL, inbox_id=account.inbox_id, external_contact=item.external_userid,
                    external_id=item.msgid, media_id=item.media_id, kind=item.kind, sub_channel=where,
                ))  # fmt: skip
            case Place():
                await self._placed(account, item, where)
        if not sessions.is_ours(row, now) or not sessions.is_asked(row, now):
            await self._begin(account, item, known)

    async def _said(self, account: Account, item: Words, where: str) -> None:
        tap = tap_in(item.menu_id)
        if tap is not None:
            await self._rated(account, item, tap)
            return
        try:
            # WeChat lets citizens write less than that; what is longer is cut, not lost.
            text = clean_text((await self._meant(account, item))[:MAX_TEXT])
        except MessageEmpty:
            return
        await self._store(account, item, TextContent(text=text), where)

    async def _rated(self, account: Account, item: Words, tap: Tap) -> None:
        # A page that comes again must not undo what was tapped since.
        if await seen(self._uows, account.inbox_id, item.msgid):
            return
        answer = await self._ratings.tapped(account.inbox_id, item.external_userid, tap)
        await self._notices.once(account, item, answer)

    async def _placed(self, account: Account, item: Place, where: str) -> None:
        try:
            place = SentLocation(
                latitude=item.latitude, longitude=item.longitude, label=item.label[:MAX_LABEL],
                system="gcj02",
            )  # fmt: skip
        except ValidationError:
            return
        await self._store(account, item, LocationContent(**place.model_dump()), where)

    async def _store(self, account: Account, item: Item, content: Inbound, where: str) -> None:
        message = InboundMessage(
            inbox_id=account.inbox_id, external_contact=item.external_userid, content=content,
            external_id=item.msgid, sub_channel=where,
        )  # fmt: skip
        await self._stored(account, item, self._receiver.receive(message))

    async def _stored(self, account: Account, item: Item, receiving: Awaitable[Receipt]) -> None:
        try:
            await receiving
        except WordsRefused as refused:
            await self._notices.once(account, item, refused.message)

    async def _meant(self, account: Account, item: Words) -> str:
        """The text, or the value of the choice that was tapped or answered with its number."""
        number = picks.number_in(item.text)
        if not item.menu_id and number is None:
            return item.text
        inbox_id, citizen = account.inbox_id, item.external_userid
        async with self._uows.read() as session:
            if item.menu_id:
                picked = await picks.tapped(session, inbox_id, citizen, item.menu_id)
            else:
                last = await picks.last_shown(session, inbox_id, citizen)
                picked = await picks.numbered(session, last, number or 0)
        return picked.value if picked is not None else item.text

    async def _begin(self, account: Account, item: Item, known: Known) -> None:
        """The first message of a session: it is to be taken by us, and WeChat asked who the citizen is."""
        now = self._uows.clock.now()
        async with self._uows.write(brief=True) as uow:
            known[item.external_userid] = await sessions.put(
                uow, account.inbox_id, item.external_userid,
                ours_until=now + sessions.LASTS, asked_at=now,
            )  # fmt: skip
            payload = {"inbox_id": account.inbox_id, "external_userid": item.external_userid}
            enqueue(uow, ARRIVED_TOPIC, _beside(account, item), payload)

    async def _entered(self, account: Account, item: Entered, known: Known) -> None:
        until = item.at + WELCOME_WITHIN
        welcome = item.welcome_code and account.config.welcome and self._uows.clock.now() < until
        if not item.scene and not welcome:
            return

        async def act(uow: UnitOfWork) -> None:
            scene = {"scene": item.scene, "scene_at": item.at} if item.scene else {}
            row = await sessions.put(uow, account.inbox_id, item.external_userid, **scene)
            known[item.external_userid] = row
            if welcome:
                payload = {
                    "inbox_id": account.inbox_id,
                    "code": item.welcome_code,
                    "until": until.isoformat(),
                }
                enqueue(uow, WELCOME_TOPIC, _beside(account, item), payload)

        await once(self._uows, account.inbox_id, item.msgid, act)


def _beside(account: Account, item: Item) -> str:
    """A key of the outbox that holds up no answer to the citizen."""
    return "wecom+" + address_key(account.inbox_id, item.external_userid)
