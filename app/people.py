"""The human side, wired: agents, queue, desk, tickets, ratings. Called by the container, and by tests of it."""

from __future__ import annotations

from dataclasses import dataclass

from core.auth.service import AuthService
from core.conversation.direct.service import Direct
from core.conversation.replies import Replies
from core.sensitive.book import SensitiveWords
from core.sms.service import Sms
from core.timers.sweeper import TimerHandler
from core.unit_of_work import UnitOfWorkFactory
from handoff.agents.service import AgentService
from handoff.desk import recalling
from handoff.desk.access import may_read
from handoff.desk.contacts import Corrections
from handoff.desk.deliveries import Redelivery
from handoff.desk.dispatch import Dispatcher
from handoff.desk.ending import Ending
from handoff.desk.namespace import AgentNamespace
from handoff.desk.ports import InternalArticles
from handoff.desk.reading import DeskReader
from handoff.desk.reassigning import Reassigning
from handoff.desk.recalling import Recalling
from handoff.desk.service import DeskService
from handoff.desk.sockets.delivery import DeliveryCommands
from handoff.desk.sockets.offers import OfferCommands
from handoff.desk.sockets.presence import PresenceCommands
from handoff.desk.sockets.routing import RoutingCommands
from handoff.desk.sockets.serving import ServingCommands
from handoff.desk.sockets.talking import TalkingCommands
from handoff.desk.sockets.team import TeamCommands
from handoff.desk.sockets.wall import WallCommands
from handoff.desk.sockets.wrapping import WrapUpCommands
from handoff.desk.taking import Taking
from handoff.desk.talking import Talking
from handoff.desk.team.wiring import Team, build_team
from handoff.desk.timers import timer_handlers
from handoff.desk.transfers import Transfers
from handoff.desk.wall.logging_out import LoggingOut
from handoff.desk.wall.service import AlertLog, Wall
from handoff.desk.wrapping.service import Wrapping
from handoff.left_messages.offering import FormOffer
from handoff.queue.news import PlaceNews
from handoff.queue.service import QueueService
from handoff.ratings.service import RatingService
from handoff.sla.direct import DirectClocks
from handoff.sla.service import ClockService
from handoff.tickets.life import by_itself, handing_over
from handoff.tickets.life import keeping as ticket_keeping
from handoff.tickets.life.service import TicketService
from handoff.tickets.life.telling import Telling


@dataclass(frozen=True)
class People:
    """What agents and those who lead them work with."""

    uows: UnitOfWorkFactory
    agents: AgentService
    queue: QueueService
    clocks: ClockService
    tickets: TicketService
    ratings: RatingService
    desk: DeskService
    reader: DeskReader
    taking: Taking
    talking: Talking
    ending: Ending
    wrapping: Wrapping
    transfers: Transfers
    team: Team
    wall: Wall
    alerts: AlertLog
    corrections: Corrections
    dispatcher: Dispatcher
    reassigning: Reassigning
    place_news: PlaceNews
    direct: Direct

    def timers(self) -> dict[str, TimerHandler]:
        """What happens when clocks of the people's side run out, by the timer's kind."""
        handlers = timer_handlers(
            agents=self.agents, queue=self.queue, clocks=self.clocks, desk=self.desk,
            wrapping=self.wrapping,
        )  # fmt: skip
        handlers |= recalling.timer_handlers() | self.team.timers()
        handlers |= handing_over.timer_handlers() | by_itself.timer_handlers()
        handlers |= ticket_keeping.timer_handlers()
        return handlers | self.tickets.telling.timers()

    def namespace(self, auth: AuthService) -> AgentNamespace:
        """The sockets of the desk."""
        return AgentNamespace(
            auth=auth,
            uows=self.uows,
            agents=self.agents,
            reader=self.reader,
            groups=[
                PresenceCommands(self.agents),
                ServingCommands(self.taking, self.transfers, self.ending),
                TalkingCommands(self.talking, Recalling(self.uows), self.reader),
                DeliveryCommands(Redelivery(self.uows)),
                TeamCommands(self.reader, self.team.colleagues, self.team.takeover),
                WrapUpCommands(self.wrapping),
                OfferCommands(self.team.offers, self.transfers),
                RoutingCommands(self.reassigning),
                WallCommands(LoggingOut(uows=self.uows, agents=self.agents)),
            ],
        )


def build_people(
    uows: UnitOfWorkFactory,
    articles: InternalArticles,
    words: SensitiveWords | None = None,
    *,
    public_url: str = "",
    replies: Replies | None = None,
    sms: Sms | None = None,
) -> People:
    """`articles`: which articles of the knowledge base are for agents' eyes only. `words`: what agents may not send.
    `public_url`: where citizens reach this installation, if that is known. `replies`: what channels still allow.
    `sms`: how citizens are told of their tickets where they have no conversation."""
    words = words or SensitiveWords()
    agents, place_news = AgentService(uows=uows), PlaceNews(uows)
    queue = QueueService(uows=uows, news=place_news, offer=FormOffer(public_url))
    clocks, tickets = (
        ClockService(),
        TicketService(uows=uows, may_read=may_read, words=words, telling=Telling(sms)),
    )
    ratings = RatingService(uows=uows, words=words)
    direct = Direct(uows=uows, clocks=DirectClocks(uows, clocks))
    desk = DeskService(queue=queue, clocks=clocks, tickets=tickets, ratings=ratings)
    team = build_team(uows, queue, clocks)
    return People(
        uows=uows,
        agents=agents,
        queue=queue,
        clocks=clocks,
        tickets=tickets,
        ratings=ratings,
        desk=desk,
        reader=DeskReader(uows=uows, tickets=tickets, ratings=ratings, replies=replies),
        taking=Taking(uows=uows, queue=queue, clocks=clocks),
        talking=Talking(uows=uows, clocks=clocks, articles=articles, words=words, direct=direct),
        ending=Ending(uows=uows, desk=desk, clocks=clocks, ratings=ratings),
        wrapping=Wrapping(uows=uows),
        transfers=team.transfers,
        team=team,
        wall=Wall(uows=uows, ratings=ratings),
        alerts=AlertLog(uows=uows),
        corrections=Corrections(uows),
        dispatcher=Dispatcher(uows=uows, queue=queue, clocks=clocks),
        reassigning=Reassigning(uows=uows, queue=queue, clocks=clocks, transfers=team.transfers),
        place_news=place_news,
        direct=direct,
    )
