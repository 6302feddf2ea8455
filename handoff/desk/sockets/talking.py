"""Socket commands of a thread: read it, write into it."""

from __future__ import annotations

from typing import Any

from core.auth.actor import Actor
from core.auth.permissions import Permission
from core.conversation.schemas import MessageRead
from core.sockets import CommandGroup, command
from handoff.desk import payloads as p
from handoff.desk.reading import DeskReader
from handoff.desk.recalling import Recalling
from handoff.desk.talking import Talking

SERVE, READ = Permission.CONVERSATION_SERVE, Permission.CONVERSATION_READ


class TalkingCommands(CommandGroup):
    def __init__(self, talking: Talking, recalling: Recalling, reader: DeskReader) -> None:
        self._talking = talking
        self._recalling = recalling
        self._reader = reader

    @command(p.SendMessage, permission=SERVE)
    async def send_message(self, sid: str, caller: Actor, payload: p.SendMessage) -> MessageRead:
        return await self._talking.send_message(
            payload.conversation_id,
            caller,
            payload.stored_content(),
            client_msg_id=payload.client_msg_id,
            private=payload.private,
            mentions=payload.mentions,
        )

    @command(p.RecallMessage, permission=SERVE)
    async def recall_message(
        self, sid: str, caller: Actor, payload: p.RecallMessage
    ) -> MessageRead:
        return await self._recalling.recall_message(
            payload.conversation_id, payload.message_id, caller
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

    @command(p.SetTyping, permission=SERVE)
    async def set_typing(self, sid: str, caller: Actor, payload: p.SetTyping) -> None:
        await self._talking.set_typing(payload.conversation_id, caller, on=payload.on)

    @command(p.MarkRead, permission=SERVE)
    async def mark_read(self, sid: str, caller: Actor, payload: p.MarkRead) -> None:
        await self._talking.mark_read(payload.conversation_id, caller, payload.seq)
