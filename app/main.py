"""The server's ASGI application: HTTP routes, sockets, pages, and the jobs that run beside them."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any

import socketio
from fastapi import APIRouter, FastAPI
from sqlalchemy import func, select, text

from actions.pictures.endpoint import build_router as build_pictures
from app import chat_page, health, http_errors, openapi, pages
from app.container import Container
from app.cross_origin import CrossOrigin
from app.middleware import BodyLimit, PlainAddress, SecurityHeaders, larger_bodies
from channels.web.appearance import build_router as build_widget
from core.auth.http import build_router as build_auth
from core.auth.key_endpoints import build_router as build_keys
from core.conversation import keeping
from core.conversation.inbox_endpoints import build_router as build_inboxes
from core.conversation.models import Conversation
from core.outbox.models import OutboxRow
from core.sms import keeping as sms_keeping
from handoff.agents.endpoints import build_router as build_agents
from handoff.businesses import build_router as build_businesses
from handoff.desk.access import agents_within
from handoff.desk.contact_endpoints import build_router as build_contacts
from handoff.desk.endpoints import build_router as build_desk
from handoff.desk.routing_endpoints import build_router as build_routing
from handoff.desk.settings_endpoints import build_router as build_desk_settings
from handoff.desk.team.endpoints import build_router as build_team
from handoff.desk.wall.endpoints import build_router as build_wall
from handoff.desk.wrapping.endpoints import build_router as build_wrap_ups
from handoff.hours.endpoints import build_router as build_calendar
from handoff.ratings.endpoints import build_router as build_ratings
from handoff.ratings.endpoints import build_settings_router as build_rating_settings
from handoff.rules.endpoints import build_router as build_rules
from handoff.saved_replies.endpoints import build_router as build_saved_replies
from handoff.saved_replies.service import SavedReplies

log = logging.getLogger(__name__)

# For forms and pushes; routes that take files declare more.
MAX_BODY_BYTES = 2 * 1024 * 1024


def build_app(container: Container) -> socketio.ASGIApp:
    """HTTP and Socket.IO in one application."""
    # Around everything, the answer to an unexpected error included, which FastAPI gives outside its own middleware.
    routes = build_http(container)
    limited = BodyLimit(routes, limit=MAX_BODY_BYTES, larger=list(larger_bodies(routes)))
    open_to_pages = CrossOrigin(limited, container.settings.allowed_origins)
    http = SecurityHeaders(PlainAddress(open_to_pages))
    return socketio.ASGIApp(container.sio, http)


def build_http(container: Container) -> FastAPI:
    """All routes. The jobs run as long as its lifespan."""

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        await container.knowledge.refresher.refresh()
        await container.administration.words.load()
        await keeping.arm(container.uows)
        await sms_keeping.arm(container.uows)
        await container.left_messages.arm()
        await container.tickets.arm()
        await container.weixin.replies.arm()
        if container.database.is_sqlite:
            # The lock on the home keeps every other server out.
            await container.turns.drop_leases()
        tasks = [asyncio.create_task(job, name=name) for name, job in _jobs(container)]
        try:
            yield
        finally:
            await container.turns.idle()
            await container.bus.idle()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await container.close()

    app = FastAPI(
        title="Bangban", version="1", lifespan=lifespan,
        openapi_url="/api/openapi.json", docs_url=None, redoc_url=None,
    )  # fmt: skip
    app.state.auth = container.auth
    http_errors.install(app)
    openapi.install(app)
    # First, as routes are tried in their order: behind three hundred others each push would cost a millisecond more.
    for callback in container.weixin.callbacks():
        app.include_router(callback)
    app.include_router(_api(container), prefix="/api/v1")
    app.include_router(container.sms.callbacks())
    app.include_router(container.webhook.callback)
    app.include_router(container.actions)
    app.include_router(health.build_router(_checks(container), _measures(container)))
    pages.install(
        app,
        wechat_simulator_url=container.settings.wechat_simulator_url,
        wecom_simulator_url=container.settings.wecom_simulator_url,
        business_simulator_url=container.settings.business_simulator_url,
        sms_simulator_url=container.settings.sms_simulator_url,
        office_simulator_url=container.settings.office_simulator_url,
    )
    chat_page.install(
        app,
        uows=container.uows,
        dist=pages.DIST,
        allowed_origins=container.settings.allowed_origins,
        public_url=container.settings.resolved_public_url,
    )
    return app


def _api(container: Container) -> APIRouter:
    people = container.people
    api = APIRouter()
    api.include_router(
        build_auth(container.auth, cookie_seconds=container.settings.session_hours * 3600)
    )
    api.include_router(build_keys(container.auth.keys))
    api.include_router(build_agents(people.agents))
    api.include_router(build_desk(people.reader))
    api.include_router(build_contacts(people.corrections))
    api.include_router(build_team(people.team.colleagues, container.uows))
    api.include_router(build_wall(people.wall))
    api.include_router(build_desk_settings(container.uows, container.rules))
    api.include_router(build_rules(container.uows, container.previewer))
    api.include_router(build_inboxes(container.uows))
    api.include_router(build_businesses(container.uows))
    api.include_router(build_calendar(container.uows))
    api.include_router(build_routing(container.uows, people.dispatcher.use))
    api.include_router(
        build_saved_replies(SavedReplies(container.uows, container.administration.words.words))
    )
    api.include_router(build_wrap_ups(people.wrapping))
    api.include_router(build_ratings(people.ratings, agents_within))
    api.include_router(build_rating_settings(container.uows))
    api.include_router(build_widget(container.uows, container.identities))
    api.include_router(build_pictures(container.pictures))
    for part in (
        container.knowledge, container.bot_side, container.administration,
    ):  # fmt: skip
        for router in part.routers():
            api.include_router(router)
    for router in (
        *container.sms.routers(),
        *container.left_messages.routers(),
        *container.tickets.routers(),
        *container.weixin.admin(),
    ):
        api.include_router(router)
    for router in container.files.routers(container.engine, container.arrivals):
        api.include_router(router)
    api.include_router(container.webhook.admin)
    return api


def _jobs(container: Container) -> list[tuple[str, Coroutine[Any, Any, None]]]:
    """What runs beside the requests, until the server ends."""
    return [
        ("outbox", container.outbox.run()),
        ("timers", container.sweeper.run()),
        ("turns", container.turns.resume_forever()),
        ("wechat_health", container.weixin.tools.health.flush_forever()),
        *container.knowledge.jobs(),
        *container.bot_side.jobs(),
        *container.files.jobs(),
        *container.administration.jobs(),
        ("rules", container.rules.refresh_forever()),
        ("presence", container.desk_sockets.heartbeat_forever()),
        ("dispatch", container.people.dispatcher.look_forever()),
    ]


def _checks(container: Container) -> dict[str, health.Check]:
    async def database() -> bool:
        async with container.uows.read() as session:
            await session.execute(text("SELECT 1"))
        return True

    async def index() -> bool:
        return container.knowledge.search.ready

    return {"database": database, "index": index, "rasa": container.bot.healthy}


def _measures(container: Container) -> dict[str, health.Measure]:
    async def count(statement: Any) -> float:
        async with container.uows.read() as session:
            return float(await session.scalar(statement) or 0)

    def conversations(status: str) -> health.Measure:
        query = select(func.count()).select_from(Conversation).where(Conversation.status == status)
        return lambda: count(query)

    waiting = select(func.count()).select_from(OutboxRow).where(OutboxRow.state == "pending")
    return {
        "conversations_bot": conversations("bot"),
        "conversations_queued": conversations("queued"),
        "conversations_assigned": conversations("assigned"),
        "outbox_pending": lambda: count(waiting),
    }
