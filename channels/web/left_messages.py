"""What a citizen's browser asks about left messages (留言). Thin; `handoff/left_messages` does the work."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any

from pydantic import BaseModel, Field
from sqlalchemy.ext.asyncio import AsyncSession

from channels.web.codes import address_of
from channels.web.commands import Visitor, contact_of
from core.auth.permissions import Permission
from core.conversation.engine import Engine
from core.conversation.leaving import Leave, LeftMessages, OwnLeftMessages
from core.ids import Id
from core.rate_limit import RateLimit
from core.sockets import ClientMessageId, CommandGroup, Empty, Payload, command
from core.unit_of_work import UnitOfWorkFactory

# Longer than what is taken, so that what is too long gets a clear refusal; not so long that it costs anything.
_LONG = 4000
_MANY = 200


class LeaveMessage(Payload):
    client_msg_id: ClientMessageId
    name: str = Field(max_length=_LONG)
    phone: str = Field(max_length=64)
    code: str = Field(max_length=64)
    business: str | None = Field(default=None, max_length=64)
    text: str = Field(max_length=_LONG)
    attachment_ids: Annotated[list[Id], Field(max_length=_MANY)] = []


class FollowUpLeftMessage(Payload):
    id: Id
    text: str = Field(max_length=_LONG)


class LeftMessageCommands(CommandGroup):
    def __init__(
        self, uows: UnitOfWorkFactory, engine: Engine, left_messages: LeftMessages
    ) -> None:
        self._uows = uows
        self._engine = engine
        self._left = left_messages
        # A stranger is somebody new with each window; a code has limits of its own.
        self._without_code = RateLimit(uows.clock, limit=30, window=timedelta(hours=1))

    async def summary(
        self, session: AsyncSession, contact_id: str | None, inbox_id: str
    ) -> OwnLeftMessages:
        """For session.ready."""
        return await self._left.summary(session, contact_id, inbox_id)

    @command(LeaveMessage, permission=Permission.PUBLIC)
    async def leave_message(self, sid: str, caller: Visitor, payload: LeaveMessage) -> BaseModel:
        if not payload.code:
            environ = self.sockets.server.get_environ(sid, self.sockets.namespace)
            self._without_code.check(address_of(environ))
        return await self._left.leave(
            await self._contact(caller),
            Leave(**payload.model_dump()),
            lambda: self._engine.open(
                caller.identity.inbox_id, caller.identity.external_id,
                new_contact_id=caller.contact_id, sub_channel=caller.sub_channel,
            ),
        )  # fmt: skip

    @command(Empty, permission=Permission.PUBLIC)
    async def list_left_messages(self, sid: str, caller: Visitor, payload: Empty) -> dict[str, Any]:
        rows = await self._left.own(await self._contact(caller), caller.identity.inbox_id)
        return {"items": [row.model_dump(mode="json") for row in rows]}

    @command(FollowUpLeftMessage, permission=Permission.PUBLIC)
    async def follow_up_left_message(
        self, sid: str, caller: Visitor, payload: FollowUpLeftMessage
    ) -> BaseModel:
        return await self._left.ask_again(await self._contact(caller), payload.id, payload.text)

    async def _contact(self, caller: Visitor) -> str:
        async with self._uows.read(brief=True) as session:
            return await contact_of(session, caller)
