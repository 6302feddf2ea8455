"""A look at a left message with its phone and other numbers in full: for those who may see it, and never unnoticed."""

from __future__ import annotations

from core.auth.actor import Actor
from core.conversation.looking import Looks
from core.errors import NotFound
from core.unit_of_work import UnitOfWorkFactory
from handoff.left_messages import repository
from handoff.left_messages.schemas import LeftMessageInFull


class LeftMessageReveal:
    def __init__(self, uows: UnitOfWorkFactory) -> None:
        self._uows = uows
        self._looks = Looks(uows.clock)

    async def reveal(self, left_id: str, actor: Actor, reason: str) -> LeftMessageInFull:
        """Noted: who, which, when and why; never what was in it. Raises ReasonNeeded, TooManyRequests."""
        self._looks.count(actor)
        async with self._uows.write() as uow:
            row = await repository.readable(uow.session, left_id, actor)
            if row is None:
                raise NotFound("没有找到这条留言。", what="left_message")
            await self._looks.note(
                uow, actor, reason, action="left_message.revealed", subject=f"left_message:{row.id}"
            )
            said = {
                step.version: step.text
                for step in await repository.steps(uow.session, [row.id])
                if step.text
            }
            return LeftMessageInFull(name=row.name, phone=row.phone, text=row.text, said=said)
