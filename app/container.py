"""Builds the parts and plugs them together. Everything long-lived is made here, once, and nowhere else."""

from __future__ import annotations

from dataclasses import dataclass

import socketio

from app.bus import EventBus
from core.auth.service import AuthService
from core.conversation.engine import Engine
from core.conversation.ports import Bot
from core.conversation.turns import TurnRunner
from core.database import Database
from core.outbox.worker import OutboxWorker
from core.settings import Settings
from core.timers.sweeper import TimerSweeper
from core.unit_of_work import UnitOfWorkFactory
from handoff.agents.service import AgentService
from handoff.desk.service import DeskService
from handoff.queue.service import QueueService
from handoff.ratings.service import RatingService
from handoff.rules.policy import RulePolicy
from handoff.tickets.service import TicketService
from knowledge.retrieval.refresher import Refresher
from knowledge.retrieval.search import Search


@dataclass
class Container:
    """The parts other modules of `app` reach for."""

    settings: Settings
    database: Database
    uows: UnitOfWorkFactory
    sio: socketio.AsyncServer
    bus: EventBus
    auth: AuthService
    bot: Bot
    engine: Engine
    turns: TurnRunner
    outbox: OutboxWorker
    sweeper: TimerSweeper
    search: Search
    refresher: Refresher
    agents: AgentService
    queue: QueueService
    desk: DeskService
    tickets: TicketService
    ratings: RatingService
    policy: RulePolicy
