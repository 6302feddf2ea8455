"""Tickets, wired: their routes, citizens' windows, the bot's look-ups, clocks, and the systems that hear of them."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter

from app.office import Office, build_office
from app.sms import SmsSide
from core.conversation.attachments.links import FileLinks
from core.conversation.opinions import RatingRules
from core.outbox.worker import Handler
from core.sensitive.book import SensitiveWords
from core.settings import Settings
from core.timers.sweeper import BatchHandler, TimerHandler
from core.unit_of_work import UnitOfWorkFactory
from core.webhooks.calling import Outside
from handoff.desk.access import may_read
from handoff.tickets.assigning.absence_endpoints import build_router as build_absences
from handoff.tickets.assigning.absences import AbsenceService
from handoff.tickets.assigning.endpoints import build_router as build_assigning
from handoff.tickets.assigning.staff_endpoints import build_router as build_staff
from handoff.tickets.citizens.endpoints import build_router as build_citizens
from handoff.tickets.citizens.lookup import CitizenTickets
from handoff.tickets.citizens.service import CitizenTicketService
from handoff.tickets.citizens.tries import Tries
from handoff.tickets.deadlines import calendar_alarm, recalculating, sweep
from handoff.tickets.deadlines.endpoints import build_router as build_deadlines
from handoff.tickets.importing.endpoints import build_router as build_import
from handoff.tickets.importing.service import TicketImporter
from handoff.tickets.life import keeping
from handoff.tickets.life.endpoints import build_router as build_life
from handoff.tickets.life.revealing import TicketReveal
from handoff.tickets.life.revealing import build_router as build_reveal
from handoff.tickets.life.service import TicketService
from handoff.tickets.listing.endpoints import build_router as build_lists
from handoff.tickets.notices import keeping as notices_keeping
from handoff.tickets.notices.endpoints import build_router as build_notices
from handoff.tickets.notices.reading import Notices
from handoff.tickets.prefill import Prefill
from handoff.tickets.prefill_endpoints import build_router as build_prefill
from handoff.tickets.types.endpoints import build_router as build_types
from handoff.tickets.types.service import TypeService


@dataclass(frozen=True)
class TicketSide:
    """`windows`: what citizens' windows ask; `bot`: what the bot looks up; `office`: the systems that hear of them."""

    uows: UnitOfWorkFactory
    life: TicketService
    windows: CitizenTicketService
    bot: CitizenTickets
    office: Office

    def routers(self) -> list[APIRouter]:
        return [
            build_assigning(self.uows),
            build_absences(AbsenceService(self.uows)),
            build_deadlines(self.uows),
            build_notices(Notices(self.uows)),
            # Before the routes of single tickets, which would take `types` for an id.
            build_types(TypeService(self.uows)),
            build_citizens(self.uows),
            build_staff(self.uows),
            build_import(TicketImporter(self.uows)),
            build_lists(self.uows, self.life),
            build_prefill(Prefill(uows=self.uows, may_read=may_read)),
            build_reveal(TicketReveal(self.uows)),
            build_life(self.life, self.office.once),
            self.office.admin,
        ]

    def handlers(self) -> dict[str, Handler]:
        """Topics of the outbox."""
        return self.office.handlers()

    def timers(self) -> dict[str, TimerHandler]:
        return (
            recalculating.timer_handlers()
            | calendar_alarm.timer_handlers()
            | notices_keeping.timer_handlers()
            | self.office.timers()
        )

    def batches(self) -> dict[str, BatchHandler]:
        return sweep.batch_handlers()

    async def arm(self) -> None:
        """Called when a server starts."""
        await keeping.arm(self.uows)
        await recalculating.arm(self.uows)
        await calendar_alarm.arm(self.uows)
        await notices_keeping.arm(self.uows)
        await self.office.arm()


def build_tickets(
    settings: Settings,
    uows: UnitOfWorkFactory,
    life: TicketService,
    *,
    sms: SmsSide,
    links: FileLinks,
    words: SensitiveWords,
    rules: RatingRules,
    outside: Outside,
) -> TicketSide:
    """`rules`: how services are rated. `outside`: how other systems are called."""
    tries = Tries(uows.clock)
    windows = CitizenTicketService(
        uows=uows, codes=sms.codes, sms=sms.sms, links=links, words=words, rules=rules,
        tries=tries, secret=settings.load_secret_key(),
    )  # fmt: skip
    return TicketSide(
        uows=uows,
        life=life,
        windows=windows,
        bot=CitizenTickets(uows=uows, tries=tries),
        office=build_office(settings, uows, outside),
    )
