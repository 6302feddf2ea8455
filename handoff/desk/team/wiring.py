"""Working together, wired: what `app` hands to sockets, routes and timers."""

from __future__ import annotations

from dataclasses import dataclass

from core.conversation import thread
from core.timers.sweeper import TimerHandler
from core.unit_of_work import UnitOfWorkFactory
from handoff.desk.team.colleagues import Colleagues
from handoff.desk.team.handing import GROUP_TIMER, OFFER_TIMER, Handing
from handoff.desk.team.moving import Moving
from handoff.desk.team.offers import Offers
from handoff.desk.team.takeover import TakeOver
from handoff.desk.transfers import Transfers
from handoff.queue.service import QueueService
from handoff.sla.service import ClockService


@dataclass(frozen=True)
class Team:
    colleagues: Colleagues
    transfers: Transfers
    offers: Offers
    takeover: TakeOver

    def timers(self) -> dict[str, TimerHandler]:
        """What happens when nobody answers, by the timer's kind."""
        offers = self.offers
        return {
            OFFER_TIMER: TimerHandler(offers.on_offer_due, lock=thread.load_for_update),
            GROUP_TIMER: TimerHandler(offers.on_group_due, lock=offers.lock_group_return),
        }


def build_team(uows: UnitOfWorkFactory, queue: QueueService, clocks: ClockService) -> Team:
    moving = Moving(queue=queue, clocks=clocks)
    handing = Handing(moving)
    return Team(
        colleagues=Colleagues(uows=uows),
        transfers=Transfers(uows=uows, queue=queue, handing=handing),
        offers=Offers(uows=uows, handing=handing),
        takeover=TakeOver(uows=uows, queue=queue, moving=moving),
    )
