"""The /agent namespace: who is connected, and which rooms they hear. The commands are in `sockets/`."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from datetime import timedelta
from http.cookies import CookieError, SimpleCookie
from typing import Any

from pydantic import Field

from core.auth.actor import Actor
from core.auth.http import COOKIE, same_origin
from core.auth.permissions import Permission, check
from core.auth.service import AuthService
from core.conversation.content import ActivityContent
from core.conversation.schemas import MessageRead
from core.errors import NotAuthenticated, PermissionDenied
from core.events import (
    ConversationAssigned,
    Event,
    TeamUpdated,
    conversation_room,
)
from core.rate_limit import RateLimit
from core.sockets import CommandGroup, CommandNamespace, Payload
from core.unit_of_work import UnitOfWorkFactory
from handoff.agents.presence import HEARTBEAT, moved
from handoff.agents.service import AgentService
from handoff.desk.reading import DeskReader
from handoff.desk.rooms import is_standing, rooms_of
from handoff.desk.sockets.delivery import DeliveryCommands
from handoff.desk.sockets.offers import OfferCommands
from handoff.desk.sockets.presence import PresenceCommands
from handoff.desk.sockets.routing import RoutingCommands
from handoff.desk.sockets.serving import ServingCommands
from handoff.desk.sockets.talking import TalkingCommands
from handoff.desk.sockets.team import TeamCommands
from handoff.desk.sockets.wall import WallCommands
from handoff.desk.sockets.wrapping import WrapUpCommands

log = logging.getLogger(__name__)


class Connect(Payload):
    token: str | None = Field(default=None, max_length=512)


class AgentNamespace(CommandNamespace):
    groups = (
        PresenceCommands,
        ServingCommands,
        TalkingCommands,
        DeliveryCommands,
        TeamCommands,
        WrapUpCommands,
        OfferCommands,
        RoutingCommands,
        WallCommands,
    )

    def __init__(
        self,
        *,
        auth: AuthService,
        uows: UnitOfWorkFactory,
        agents: AgentService,
        reader: DeskReader,
        groups: Sequence[CommandGroup],
    ) -> None:
        super().__init__("/agent", groups)
        self._auth = auth
        self._uows = uows
        self._agents = agents
        self._clock = uows.clock
        self._reader = reader
        # By sid; kept to notice that a login has ended.
        self._tokens: dict[str, str | None] = {}
        self.rate_limit = RateLimit(uows.clock, limit=200, window=timedelta(seconds=10))

    def allow(self, caller: Actor, permission: Permission) -> None:
        check(caller.role, permission)

    def counted_as(self, caller: Actor) -> str:
        return caller.account_id

    # ---- connections ---------------------------------------------------------------------------

    async def on_connect(self, sid: str, environ: dict[str, Any], auth: Any = None) -> None:
        token = self._token_of(environ, auth)
        actor = await self._auth.authenticate(token)
        if actor.limits is not None:
            raise PermissionDenied("接口密钥只用于 HTTP 接口。", reason="program")
        # Who works on tickets alone hears of them, and is nobody to whom a conversation could be given.
        if actor.may(Permission.CONVERSATION_READ):
            await self._agents.connect(actor.account_id, sid)
        else:
            check(actor.role, Permission.TICKET_READ)
        self.remember(sid, actor)
        self._tokens[sid] = token
        await self._enter_rooms(sid, actor)

    async def _enter_rooms(self, sid: str, actor: Actor) -> None:
        """Those of the actor's groups and scope; they change while a desk is open."""
        async with self._uows.read() as session:
            wanted = await rooms_of(session, actor)
        now = set(self.rooms(sid))
        for room in wanted - now:
            await self.enter_room(sid, room)
        for room in now - wanted:
            if is_standing(room):
                await self.leave_room(sid, room)

    @staticmethod
    def _token_of(environ: dict[str, Any], auth: Any) -> str | None:
        """The token in `auth`, else the session cookie if our own page opened the socket."""
        wanted = Connect.model_validate(auth if auth is not None else {})
        if wanted.token is not None:
            return wanted.token
        if not same_origin(environ.get("HTTP_ORIGIN"), environ.get("HTTP_HOST")):
            raise PermissionDenied("请求来源不对。", reason="cross_site")
        try:
            cookies = SimpleCookie(environ.get("HTTP_COOKIE", ""))
        except CookieError:
            cookies = SimpleCookie()
        morsel = cookies.get(COOKIE)
        return morsel.value if morsel else None

    async def on_disconnect(self, sid: str, _reason: Any = None) -> None:
        self._tokens.pop(sid, None)
        if self.callers().pop(sid, None) is not None:
            await self._agents.disconnect(sid)

    async def heartbeat_forever(self) -> None:
        """Look after the desks connected to this server until cancelled."""
        while True:
            await self._until_due()
            try:
                await self.heartbeat()
            except Exception:
                log.exception("presence leases could not be renewed")

    async def _until_due(self) -> None:
        """A heartbeat's time; less when the clock is moved, as every lease looks ended then, or endless."""
        loop, clock = asyncio.get_running_loop(), self._clock
        started, began = loop.time(), clock.now()
        while (elapsed := loop.time() - started) < HEARTBEAT.total_seconds():
            if moved(timedelta(seconds=elapsed), clock.now() - began):
                return
            await asyncio.sleep(1)

    async def heartbeat(self) -> None:
        """Renew the leases; cut off whoever has logged out, run out of time or been deactivated."""
        for sid, token in list(self._tokens.items()):
            try:
                actor = await self._auth.authenticate(token)
            except NotAuthenticated:
                await self.disconnect(sid)
                continue
            if sid in self._tokens:  # not gone meanwhile
                self.remember(sid, actor)
                await self._enter_rooms(sid, actor)
        await self._agents.heartbeat(self.callers())

    async def cut_off(self, account_id: str) -> None:
        """Close the account's desks connected here, at once; elsewhere their next heartbeat does."""
        for sid, caller in list(self.callers().items()):
            if caller.account_id == account_id:
                await self.disconnect(sid)

    async def owner_changed(self, event: Event) -> None:
        """Reaction to conversation.assigned: who only looked on while it waited hears no more."""
        assert isinstance(event.payload, ConversationAssigned)
        await self._check_listeners(event.payload.conversation.id)

    async def left_people(self, event: Event) -> None:
        """Reaction to message.created: the same when the citizen goes back to the bot, or closes."""
        assert isinstance(event.payload, MessageRead)
        content = event.payload.content
        if isinstance(content, ActivityContent) and content.data.get("to") in ("bot", "closed"):
            await self._check_listeners(event.payload.conversation_id)

    async def team_changed(self, event: Event) -> None:
        """Reaction to team.updated: who stepped out, or was not taken in, may have lost what let them listen."""
        assert isinstance(event.payload, TeamUpdated)
        await self._check_listeners(event.payload.conversation_id)

    async def _check_listeners(self, conversation_id: str) -> None:
        """Close the room on every server; those of this one who may go on listening are put back.

        Elsewhere their desks join again when they see the new epoch.
        """
        room = conversation_room(conversation_id)
        listening = [sid for sid, _ in self.server.manager.get_participants("/agent", room)]
        await self.close_room(room)
        for sid in listening:
            caller = self.callers().get(sid)
            if caller is not None and await self._reader.may_read(conversation_id, caller):
                await self.enter_room(sid, room)
