"""Builds the parts and plugs them together. Everything long-lived is made here, once, and nowhere else."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass

import httpx
import socketio
from fastapi import APIRouter

from actions.pictures.links import PictureLinks
from app.actions import build_actions, build_pictures
from app.administration import Administration, build_administration
from app.bot import BotSide, build_bot
from app.bus import EventBus, of_life
from app.delivery import Delivery
from app.fan_out import FanOut, Json
from app.files import Files, build_files
from app.forgetting import LogTrimmer, LookBackForgetter, says_otherwise
from app.hot_questions import HotNews
from app.knowledge import Knowledge, build_knowledge
from app.left_messages import LeftSide, build_left_messages
from app.miniprogram import ORIGIN as MINIPROGRAMS
from app.people import People, build_people
from app.redis_sockets import PooledRedisManager
from app.sms import SmsSide, build_sms
from app.suggestions import Suggestions
from app.tickets import TicketSide, build_tickets
from app.webhook import Webhook, build_webhook
from app.weixin import Weixin, build_weixin
from bot.knowledge_only import KnowledgeOnly, WithFallback
from bot.questions import Questions, QuestionsFirst
from bot.switching import LocalRasa
from channels.tencent.replies.allowed import WeChatReplies
from channels.web.arrivals import Arrivals
from channels.web.codes import PhoneCodeCommands
from channels.web.commands import VisitorCommands
from channels.web.identity import SignedIdentities
from channels.web.left_messages import LeftMessageCommands
from channels.web.namespace import VisitorNamespace
from channels.web.tickets import TicketCommands
from channels.web.tokens import VisitorTokens
from core.auth.service import AuthService
from core.clock import Clock, SystemClock
from core.conversation import keeping, personal
from core.conversation.engine import Engine
from core.conversation.persons import Persons
from core.conversation.ports import Bot
from core.conversation.thread import DELIVER_TOPIC
from core.conversation.turns import TurnRunner
from core.database import Database
from core.outbox.worker import OutboxWorker
from core.secrets.store import SecretStore
from core.sensitive.book import SensitiveWords
from core.settings import Settings
from core.sms import keeping as sms_keeping
from core.sms.service import TOPIC as SMS_TOPIC
from core.timers.sweeper import TimerSweeper
from core.unit_of_work import UnitOfWorkFactory
from handoff.desk.access import visible_to
from handoff.desk.namespace import AgentNamespace
from handoff.rules.book import RuleBook
from handoff.rules.policy import RulePolicy
from handoff.rules.preview import Previewer
from knowledge.articles.audience import ArticleAudience

# A frame holds one message; far more than MAX_TEXT, so that what is too long gets a clear refusal.
MAX_FRAME_BYTES = 1_000_000


@dataclass
class Container:
    """The parts that other modules of `app` reach for."""

    settings: Settings
    database: Database
    uows: UnitOfWorkFactory
    http: httpx.AsyncClient
    outside: httpx.AsyncClient
    sio: socketio.AsyncServer
    bus: EventBus
    auth: AuthService
    knowledge: Knowledge
    bot: Bot
    bot_side: BotSide
    actions: APIRouter
    pictures: PictureLinks
    people: People
    administration: Administration
    desk_sockets: AgentNamespace
    files: Files
    identities: SignedIdentities
    arrivals: Arrivals
    rules: RuleBook
    previewer: Previewer
    turns: TurnRunner
    engine: Engine
    weixin: Weixin
    webhook: Webhook
    tickets: TicketSide
    sms: SmsSide
    left_messages: LeftSide
    outbox: OutboxWorker
    sweeper: TimerSweeper

    async def close(self) -> None:
        # What still runs would open a connection that nobody closes; what has ended may have started more.
        await self.turns.idle()
        await self.bus.idle()
        await self.people.dispatcher.idle()
        await self.bus.idle()
        await self.people.place_news.stop()
        await self.http.aclose()
        await self.outside.aclose()
        await self.webhook.outside.close()
        if isinstance(self.sio.manager, PooledRedisManager):
            await self.sio.manager.close()
        await self.database.close()


def rasa_token(settings: Settings) -> str:
    """The token Rasa and the action route share. Derived, so that both processes of one home know it."""
    if settings.rasa_token:
        return settings.rasa_token
    return hmac.new(settings.load_secret_key().encode(), b"rasa", hashlib.sha256).hexdigest()


def build(
    settings: Settings,
    *,
    clock: Clock | None = None,
    bot: Bot | None = None,
    rasa: LocalRasa | None = None,
) -> Container:
    """The whole server, with a Rasa of its own or that of the settings. Tests may bring their own clock and bot."""
    clock = clock or SystemClock()
    database = Database(settings.resolved_database_url)
    uows = UnitOfWorkFactory(database, clock)
    # Rasa, the business system and an SMS gateway are inside; WeChat and the clouds may be behind a proxy.
    http = httpx.AsyncClient(trust_env=False)
    outside = httpx.AsyncClient(trust_env=False, proxy=settings.outbound_proxy or None)
    sio = _sockets(settings)
    bus = EventBus(sio)
    uows.publish = bus.publish
    auth = AuthService(uows, session_hours=settings.session_hours)
    knowledge = build_knowledge(settings, uows)
    words = SensitiveWords()
    allowed = WeChatReplies(clock)
    sms = build_sms(settings, uows, inside=http, outside=outside)
    people = build_people(
        uows, ArticleAudience(clock), words, public_url=settings.public_url, replies=allowed, sms=sms.sms,
    )  # fmt: skip
    files = build_files(settings, uows, people.reader)
    bus.for_citizen = files.for_citizen
    desk_sockets = people.namespace(auth)
    policy = RulePolicy()
    rules = RuleBook(uows=uows, policy=policy)
    questions = Questions(knowledge.search, clock)
    bot_side = build_bot(settings, uows, http, rasa_token(settings), rasa, questions)
    bot = bot or QuestionsFirst(WithFallback(bot_side.rasa, KnowledgeOnly(questions)), questions)
    turns = TurnRunner(
        uows=uows, bot=bot, policy=policy, desk=people.desk, knowledge=knowledge.search,
        region=settings.region, workers=settings.turn_workers, on_duty=rules.on_duty,
    )  # fmt: skip
    engine = Engine(
        uows=uows, desk=people.desk, turns=turns, words=words, direct=people.direct,
        replies=allowed,
    )  # fmt: skip
    left = build_left_messages(uows, codes=sms.codes, sms=sms.sms, links=files.links, words=words)
    tokens = VisitorTokens(settings.load_secret_key())
    persons = Persons(uows)
    weixin = build_weixin(
        settings, uows, outside=outside, engine=engine, people=people, files=files,
        hot=knowledge.hot, sms=sms.sms, persons=persons, tokens=tokens,
    )  # fmt: skip
    knowledge.hot.on_change = HotNews(uows, knowledge.hot)
    suggestions = Suggestions(uows, knowledge.search, settings.region)
    identities = SignedIdentities(SecretStore(settings.load_secret_key()))
    arrivals = Arrivals(
        uows=uows, tokens=tokens, identities=identities, codes=weixin.miniprogram.login,
        persons=persons,
    )  # fmt: skip
    commands = VisitorCommands(
        engine=engine, uows=uows, ratings=people.ratings, links=files.links, drafts=suggestions
    )
    webhook = build_webhook(
        settings, uows, engine=engine, commands=commands, files=files, ratings=people.ratings
    )
    tickets = build_tickets(
        settings, uows, people.tickets, sms=sms, links=files.links, words=words,
        rules=people.ratings, outside=webhook.outside,
    )  # fmt: skip
    left_commands = LeftMessageCommands(uows, engine, left.citizens)
    ticket_commands = TicketCommands(uows, engine, tickets.windows)
    _register_sockets(
        sio, uows, people, knowledge, commands, tokens, arrivals, sms, left_commands,
        ticket_commands,
    )  # fmt: skip
    sio.register_namespace(desk_sockets)
    bus.react("message.created", suggestions.on_message, when=suggestions.concerns)
    bus.react("conversation.assigned", suggestions.on_assigned)
    bus.react("conversation.queued", people.dispatcher.on_queued)
    bus.react("presence.updated", people.dispatcher.on_presence)
    bus.react("presence.updated", people.place_news.on_presence)
    bus.react("conversation.assigned", desk_sockets.owner_changed)
    bus.react("message.created", desk_sockets.left_people, when=of_life)
    bus.react("team.updated", desk_sockets.team_changed)
    bus.react("alert.raised", people.alerts.keep)
    bus.react("queue.updated", webhook.queue_news)
    weixin.listen(bus, uows)
    trimmer = LogTrimmer(settings.resolved_database_url)
    bus.react("message.updated", trimmer, when=says_otherwise)
    bus.react("message.updated", LookBackForgetter(turns.forget), when=says_otherwise)
    outbox = OutboxWorker(
        uows,
        {
            DELIVER_TOPIC: Delivery(
                uows, {**weixin.replies.couriers, webhook.channel.channel: webhook.channel}
            ),
            **weixin.handlers(), **webhook.handlers(), **tickets.handlers(), SMS_TOPIC: sms.deliver,
        },
    )  # fmt: skip
    uows.wake_outbox = outbox.wake
    pictures = build_pictures(settings, clock)
    handlers = knowledge.timers() | people.timers() | left.timers() | weixin.timers()
    handlers |= personal.timer_handlers() | keeping.timer_handlers() | sms_keeping.timer_handlers()
    handlers |= tickets.timers()
    return Container(
        settings=settings, database=database, uows=uows, http=http, outside=outside, sio=sio, bus=bus, auth=auth,
        knowledge=knowledge, bot=bot, bot_side=bot_side,
        actions=build_actions(
            settings, knowledge, http, clock, bot_side.own, pictures,
            tickets.bot, token=rasa_token(settings),
        ),
        pictures=pictures, people=people, administration=build_administration(uows, words, people.agents, desk_sockets),
        desk_sockets=desk_sockets, files=files, identities=identities, arrivals=arrivals,
        rules=rules,
        previewer=Previewer(
            uows=uows, similarity=knowledge.search.similarity, visible=visible_to
        ),
        turns=turns, engine=engine,
        weixin=weixin, webhook=webhook, tickets=tickets, sms=sms, left_messages=left, outbox=outbox,
        sweeper=TimerSweeper(uows, handlers, tickets.batches()),
    )  # fmt: skip


def _sockets(settings: Settings) -> socketio.AsyncServer:
    manager = PooledRedisManager(settings.redis_url) if settings.redis_url else FanOut()
    return socketio.AsyncServer(
        async_mode="asgi",
        # Else python-socketio would let anybody into "/".
        namespaces=["/visitor", "/agent"],
        client_manager=manager,
        json=Json,
        # WebSocket only: no sticky sessions are needed with several servers.
        transports=["websocket"],
        # Who may embed the widget; /agent checks the origin of its cookie itself.
        cors_allowed_origins=[*settings.allowed_origins, MINIPROGRAMS]
        if settings.allowed_origins
        else "*",
        max_http_buffer_size=MAX_FRAME_BYTES,
        logger=False,
        engineio_logger=False,
    )


def _register_sockets(
    sio: socketio.AsyncServer,
    uows: UnitOfWorkFactory,
    people: People,
    knowledge: Knowledge,
    commands: VisitorCommands,
    tokens: VisitorTokens,
    arrivals: Arrivals,
    sms: SmsSide,
    left: LeftMessageCommands,
    tickets: TicketCommands,
) -> None:
    visitors = VisitorNamespace(
        uows=uows,
        tokens=tokens,
        arrivals=arrivals,
        commands=commands,
        phone_codes=PhoneCodeCommands(codes=sms.codes, clock=uows.clock),
        left=left,
        tickets=tickets,
        queue_state=people.queue.place_of,
        hot=knowledge.hot,
        ratings=people.ratings,
    )
    sio.register_namespace(visitors)
