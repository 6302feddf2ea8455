"""Socket command of wrap-up: the form of a service that is over."""

from __future__ import annotations

from core.auth.actor import Actor
from core.auth.permissions import Permission
from core.sockets import CommandGroup, command
from handoff.desk.wrapping.schemas import WrapUpRead, WrapUpSend
from handoff.desk.wrapping.service import Wrapping


class WrapUpCommands(CommandGroup):
    def __init__(self, wrapping: Wrapping) -> None:
        self._wrapping = wrapping

    @command(WrapUpSend, permission=Permission.CONVERSATION_SERVE)
    async def wrap_up(self, sid: str, caller: Actor, payload: WrapUpSend) -> WrapUpRead:
        return await self._wrapping.send(payload, caller)
