"""Other systems, wired: what they are told of tickets, and how their requests are done once. For the container."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter

from core.idempotency import once
from core.idempotency.once import OnceFor, build_once
from core.outbox.worker import Handler
from core.secrets.store import SecretStore
from core.settings import Settings
from core.timers.sweeper import TimerHandler
from core.unit_of_work import UnitOfWorkFactory
from core.webhooks.calling import Outside
from core.webhooks.keys import SigningKeys
from core.webhooks.lanes import Lanes
from core.webhooks.posting import Poster
from core.webhooks.trial import Trial
from handoff.tickets.feed.events import TOPIC
from handoff.tickets.office import log
from handoff.tickets.office.delivering import Delivering
from handoff.tickets.office.endpoints import build_router
from handoff.tickets.office.systems import Systems

WHOM = "办公系统"


@dataclass(frozen=True)
class Office:
    uows: UnitOfWorkFactory
    once: OnceFor
    systems: Systems
    delivering: Delivering
    admin: APIRouter

    def handlers(self) -> dict[str, Handler]:
        """Topics of the outbox."""
        return {TOPIC: self.delivering}

    def timers(self) -> dict[str, TimerHandler]:
        return log.timer_handlers() | once.timer_handlers()

    async def arm(self) -> None:
        """Called when a server starts."""
        await log.arm(self.uows)
        await once.arm(self.uows)


def build_office(settings: Settings, uows: UnitOfWorkFactory, outside: Outside) -> Office:
    store = SecretStore(settings.load_secret_key())
    systems = Systems(SigningKeys(store))
    poster = Poster(outside, uows.clock, whom=WHOM)
    return Office(
        uows=uows,
        once=build_once(store),
        systems=systems,
        delivering=Delivering(uows=uows, systems=systems, poster=poster, lanes=Lanes(uows.clock)),
        admin=build_router(uows=uows, systems=systems, trial=Trial(poster)),
    )
