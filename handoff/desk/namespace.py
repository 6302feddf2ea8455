"""The /agent namespace: what a desk can ask for over its socket. Thin; the services do the work."""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta
from http.cookies import CookieError, SimpleCookie
from typing import Any

from pydantic import Field

from core.auth.actor import Actor
from core.auth.http import COOKIE, same_origin
from core.auth.permissions import Permission, check
from core.auth.service import AuthService
from core.conversation.content import ActivityContent
from core.conversation.schemas import ConversationRead, MessageRead
from core.errors import NotAuthenticated, NotFound, PermissionDenied
from core.events import (
    DESK_ROOM,
    SUPERVISOR_ROOM,
    ConversationAssigned,
    Event,
    PresenceUpdated,
    agent_room,
    conversation_room,
)
from core.rate_limit import RateLimit
from core.sockets import CommandNamespace, Empty, Payload, command
from core.unit_of_work import UnitOfWorkFactory
from handoff.agents.presence import HEARTBEAT
from handoff.agents.service import AgentService
from handoff.desk import payloads as p
from handoff.desk.commands import AgentCommands
from handoff.desk.reading import DeskReader
from handoff.desk.transfers import Transfers

log = logging.getLogger(__name__)

SERVE, READ = Permission.CONVERSATION_SERVE, Permission.CONVERSATION_READ


class Connect(Payload):
    token: str | None = Field(default=None, max_length=512)


class AgentNamespace(CommandNamespace):
    def __init__(
        self,
        *,
        auth: AuthService,
        uows: UnitOfWorkFactory,
        agents: AgentService,
        commands: AgentCommands,
        transfers: Transfers,
        reader: DeskReader,
    ) -> None:
        super().__init__("/agent")
        self._auth = auth
        self._agents = agents
        self._desk = commands
        self._transfers = transfers
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
        check(actor.role, READ)
        await self._agents.connect(actor.account_id, sid)
        self.remember(sid, actor)
        self._tokens[sid] = token
        await self.enter_room(sid, DESK_ROOM)
        await self.enter_room(sid, agent_room(actor.account_id))
        if actor.may(Permission.CONVERSATION_READ_ALL):
            await self.enter_room(sid, SUPERVISOR_ROOM)

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
            await asyncio.sleep(HEARTBEAT.total_seconds())
            try:
                await self.heartbeat()
            except Exception:
                log.exception("presence leases could not be renewed")

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
        await self._agents.heartbeat(self.callers())

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

    # ---- commands ------------------------------------------------------------------------------

    @command(p.SetPresence, permission=SERVE)
    async def set_presence(
        self, sid: str, caller: Actor, payload: p.SetPresence
    ) -> PresenceUpdated:
        return await self._agents.set_presence(caller.account_id, payload.status)

    @command(Empty, permission=SERVE)
    async def claim_next(self, sid: str, caller: Actor, payload: Empty) -> ConversationRead:
        return await self._desk.claim_next(caller)

    @command(p.OfConversation, permission=SERVE)
    async def claim_conversation(
        self, sid: str, caller: Actor, payload: p.OfConversation
    ) -> ConversationRead:
        return await self._desk.claim(payload.conversation_id, caller)

    @command(p.SendMessage, permission=SERVE)
    async def send_message(self, sid: str, caller: Actor, payload: p.SendMessage) -> MessageRead:
        return await self._desk.send_message(
            payload.conversation_id,
            caller,
            payload.stored_content(),
            client_msg_id=payload.client_msg_id,
            private=payload.private,
        )

    @command(p.ListMessages, permission=READ)
    async def list_messages(
        self, sid: str, caller: Actor, payload: p.ListMessages
    ) -> dict[str, Any]:
        read = await self._reader.get(payload.conversation_id, caller)
        page = await self._reader.messages(
            payload.conversation_id,
            caller,
            after_seq=payload.after_seq,
            before_seq=payload.before_seq,
            limit=payload.limit,
        )
        return {
            "conversation": read.model_dump(mode="json"),
            "messages": [item.model_dump(mode="json") for item in page.items],
        }

    @command(p.TransferConversation, permission=SERVE)
    async def transfer_conversation(
        self, sid: str, caller: Actor, payload: p.TransferConversation
    ) -> ConversationRead:
        if payload.to_agent is not None:
            return await self._transfers.to_agent(
                payload.conversation_id, caller, payload.to_agent, payload.note
            )
        assert payload.to_group is not None
        return await self._transfers.to_group(
            payload.conversation_id, caller, payload.to_group, payload.note
        )

    @command(p.OfConversation, permission=SERVE)
    async def release_conversation(
        self, sid: str, caller: Actor, payload: p.OfConversation
    ) -> ConversationRead:
        return await self._desk.release(payload.conversation_id, caller)

    @command(p.OfConversation, permission=SERVE)
    async def close_conversation(
        self, sid: str, caller: Actor, payload: p.OfConversation
    ) -> ConversationRead:
        return await self._desk.close(payload.conversation_id, caller)

    @command(p.OfConversation, permission=SERVE)
    async def invite_rating(self, sid: str, caller: Actor, payload: p.OfConversation) -> None:
        await self._desk.invite_rating(payload.conversation_id, caller)

    @command(p.OfConversation, permission=READ)
    async def join_conversation(
        self, sid: str, caller: Actor, payload: p.OfConversation
    ) -> ConversationRead:
        """Hear everything of a conversation the caller may read, until leaving it."""
        read = await self._reader.get(payload.conversation_id, caller)
        room = conversation_room(payload.conversation_id)
        await self.enter_room(sid, room)
        # Looked at once more: had it changed hands in between, nobody would show the caller out again.
        if not await self._reader.may_read(payload.conversation_id, caller):
            await self.leave_room(sid, room)
            raise NotFound("没有找到这个会话。", what="conversation")
        return read

    @command(p.OfConversation, permission=READ)
    async def leave_conversation(self, sid: str, caller: Actor, payload: p.OfConversation) -> None:
        await self.leave_room(sid, conversation_room(payload.conversation_id))

    @command(p.SetTyping, permission=SERVE)
    async def set_typing(self, sid: str, caller: Actor, payload: p.SetTyping) -> None:
        await self._desk.set_typing(payload.conversation_id, caller, on=payload.on)

    @command(p.MarkRead, permission=SERVE)
    async def mark_read(self, sid: str, caller: Actor, payload: p.MarkRead) -> None:
        await self._desk.mark_read(payload.conversation_id, caller, payload.seq)
