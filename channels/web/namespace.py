"""The /visitor namespace: who is connected, and as whom. The commands are in `commands.py`."""

from __future__ import annotations

import logging
from collections.abc import Awaitable
from datetime import timedelta
from typing import Any, Protocol

from channels.web import payloads as p
from channels.web.arrivals import Arrivals, CodeMissing
from channels.web.codes import PhoneCodeCommands, address_of
from channels.web.commands import Ratings, Visitor, VisitorCommands
from channels.web.left_messages import LeftMessageCommands
from channels.web.tickets import TicketCommands
from channels.web.tokens import VisitorTokens
from core.auth.permissions import Permission
from core.configs import get_config
from core.conversation import repository, thread
from core.conversation.attachments.settings import CONFIG_NAME as EXCHANGE
from core.conversation.attachments.settings import ExchangeSettings
from core.conversation.content import Choice, ChoicesContent, TextContent
from core.conversation.models import Inbox
from core.conversation.ports import HotQuestions
from core.conversation.ways import WINDOW_CHANNELS
from core.conversation.widget import CONFIG_NAME as WIDGET
from core.conversation.widget import WidgetSettings
from core.errors import NotFound, PermissionDenied
from core.events import (
    Exchange,
    QueueUpdated,
    SessionReady,
    contact_room,
    inbox_room,
)
from core.rate_limit import RateLimit
from core.sockets import CommandNamespace
from core.unit_of_work import UnitOfWorkFactory

log = logging.getLogger(__name__)

WEB = "web"


class QueueState(Protocol):
    def __call__(self, conversation_id: str) -> Awaitable[QueueUpdated | None]: ...


class VisitorNamespace(CommandNamespace):
    groups = (VisitorCommands, PhoneCodeCommands, LeftMessageCommands, TicketCommands)

    def __init__(
        self,
        *,
        uows: UnitOfWorkFactory,
        tokens: VisitorTokens,
        arrivals: Arrivals,
        commands: VisitorCommands,
        phone_codes: PhoneCodeCommands,
        left: LeftMessageCommands,
        tickets: TicketCommands,
        queue_state: QueueState,
        hot: HotQuestions,
        ratings: Ratings,
    ) -> None:
        super().__init__("/visitor", [commands, phone_codes, left, tickets])
        self._left = left
        self._tickets = tickets
        self._uows = uows
        self._tokens = tokens
        self._arrivals = arrivals
        self._queue_state = queue_state
        self._hot = hot
        self._ratings = ratings
        # A person types perhaps one message a second; a program that floods is told to wait.
        self.rate_limit = RateLimit(uows.clock, limit=60, window=timedelta(seconds=10))

    def allow(self, caller: Visitor, permission: Permission) -> None:
        if permission is not Permission.PUBLIC:
            raise PermissionDenied(permission=permission)

    def counted_as(self, caller: Visitor) -> str:
        return caller.contact_id

    async def on_connect(self, sid: str, environ: dict[str, Any], auth: Any = None) -> None:
        ready, visitor = await self._open_session(auth, address_of(environ))
        self.remember(sid, visitor)
        await self.enter_room(sid, contact_room(visitor.contact_id, visitor.identity.inbox_id))
        await self.enter_room(sid, inbox_room(visitor.identity.inbox_id))
        await self.emit("session.ready", ready.model_dump(mode="json"), to=sid)
        if ready.conversation is not None and ready.conversation.status == "queued":
            place = await self._queue_state(ready.conversation.id)
            if place is not None:
                await self.emit("queue.updated", place.model_dump(mode="json"), to=sid)

    async def on_disconnect(self, sid: str, _reason: Any = None) -> None:
        self.callers().pop(sid, None)

    async def _open_session(self, auth: Any, address: str) -> tuple[SessionReady, Visitor]:
        wanted = p.Connect.model_validate(auth if auth is not None else {})
        identity = await self._arrivals.who(
            wanted.inbox, token=wanted.token, jwt=wanted.identity.jwt if wanted.identity else None,
            wechat_code=wanted.wechat_code, address=address,
        )  # fmt: skip
        async with self._uows.read() as session:
            inbox = await repository.enabled_inbox(session, identity.inbox_id)
            if inbox is None or inbox.channel not in WINDOW_CHANNELS:
                raise NotFound("这个接入点不存在或已停用。", what="inbox")
            contact = await repository.contact_by_identity(session, inbox.id, identity.external_id)
            if contact is None and inbox.channel != WEB:
                raise CodeMissing()
            contact_id = contact.id if contact else identity.external_id
            conversation = (
                await repository.latest_conversation(session, contact_id, inbox.id)
                if contact
                else None
            )
            read = (
                (await thread.read_conversation(session, conversation)).for_visitor()
                if conversation
                else None
            )
            widget = (await get_config(session, WIDGET, WidgetSettings)).of(inbox.id)
            exchange = (await get_config(session, EXCHANGE, ExchangeSettings)).of(inbox.id)
            unread = (
                await repository.unread_by_citizen(session, conversation) if conversation else 0
            )
            rating = await self._ratings.offer(
                session, contact_id=contact.id if contact else None, inbox_id=inbox.id
            )
            known = contact.id if contact else None
            left = await self._left.summary(session, known, inbox.id)
            tickets = await self._tickets.summary(session, known, inbox.id)
        ready = SessionReady(
            left_messages=left,
            tickets=tickets,
            rating=rating,
            token=self._tokens.renewed(identity, wanted.token),
            contact=contact_id,
            conversation=read,
            unread=unread,
            welcome=_welcome(inbox),
            hot=[each.question for each in await self._hot.of_inbox(inbox.id)],
            widget=widget,
            drafts=exchange.suggest_while_typing,
            exchange=Exchange(kinds=exchange.kinds, max_mb=exchange.max_mb),
            subscribe=_templates(inbox),
        )
        return ready, Visitor(identity, contact_id, wanted.source.name())


def _templates(inbox: Inbox) -> list[str]:
    """The subscribe message of a mini-program that says that something waits, if it has one."""
    reminder = inbox.config.get("reminder")
    template = reminder.get("template_id") if isinstance(reminder, dict) else None
    return [template] if isinstance(template, str) else []


def _welcome(inbox: Inbox) -> list[dict[str, Any]]:
    """What greets at once; accounts of WeChat hold a text and questions, the website's inboxes contents."""
    text = inbox.config.get("welcome", [])
    if not isinstance(text, str):
        return list(text)
    choices = [Choice(label=line, value=line) for line in inbox.config.get("hot_questions", [])]
    content = ChoicesContent(text=text, choices=choices) if choices else TextContent(text=text)
    return [content.model_dump(mode="json")]
