"""Citizens' tickets, wired: their windows, and what the bot may look up. Called by the container."""

from __future__ import annotations

from dataclasses import dataclass

from core.conversation.attachments.links import FileLinks
from core.conversation.opinions import RatingRules
from core.sensitive.book import SensitiveWords
from core.sms.codes import PhoneCodes
from core.sms.service import Sms
from core.unit_of_work import UnitOfWorkFactory
from handoff.tickets.citizens.lookup import CitizenTickets
from handoff.tickets.citizens.service import CitizenTicketService
from handoff.tickets.citizens.tries import Tries


@dataclass(frozen=True)
class OwnTicketsSide:
    windows: CitizenTicketService
    bot: CitizenTickets


def build_own_tickets(
    uows: UnitOfWorkFactory,
    *,
    codes: PhoneCodes,
    sms: Sms,
    links: FileLinks,
    words: SensitiveWords,
    rules: RatingRules,
    secret: str,
) -> OwnTicketsSide:
    """`rules`: how services are rated. `secret`: the installation's key."""
    tries = Tries(uows.clock)
    windows = CitizenTicketService(
        uows=uows, codes=codes, sms=sms, links=links, words=words, rules=rules, tries=tries,
        secret=secret,
    )  # fmt: skip
    return OwnTicketsSide(windows, CitizenTickets(uows=uows, tries=tries))
