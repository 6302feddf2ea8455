"""Left messages, wired: the citizen's side, the desk's side, their clocks and routes. Called by the container."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter

from core.conversation.attachments.links import FileLinks
from core.sensitive.book import SensitiveWords
from core.sms.codes import PhoneCodes
from core.sms.service import Sms
from core.timers.sweeper import TimerHandler
from core.unit_of_work import UnitOfWorkFactory
from handoff.left_messages import clock, keeping
from handoff.left_messages.answering import Answering
from handoff.left_messages.endpoints import build_router, build_settings_router
from handoff.left_messages.handling import LeftMessageDesk
from handoff.left_messages.leaving import CitizenLeftMessages
from handoff.left_messages.revealing import LeftMessageReveal
from handoff.left_messages.ticketing import LeftTickets


@dataclass(frozen=True)
class LeftSide:
    uows: UnitOfWorkFactory
    citizens: CitizenLeftMessages
    desk: LeftMessageDesk

    def routers(self) -> list[APIRouter]:
        reveal = LeftMessageReveal(self.uows)
        tickets = LeftTickets(self.uows)
        return [build_router(self.desk, reveal, tickets), build_settings_router(self.uows)]

    def timers(self) -> dict[str, TimerHandler]:
        return clock.timer_handlers() | keeping.timer_handlers()

    async def arm(self) -> None:
        await keeping.arm(self.uows)


def build_left_messages(
    uows: UnitOfWorkFactory,
    *,
    codes: PhoneCodes,
    sms: Sms,
    links: FileLinks,
    words: SensitiveWords,
) -> LeftSide:
    answering = Answering(sms=sms, words=words)
    return LeftSide(
        uows=uows,
        citizens=CitizenLeftMessages(uows=uows, codes=codes, sms=sms, links=links, words=words),
        desk=LeftMessageDesk(uows=uows, answering=answering, links=links),
    )
