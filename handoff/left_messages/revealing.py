"""A look at a left message with its phone and other numbers in full: for those who may see it, and never unnoticed."""

from __future__ import annotations

from datetime import timedelta

from core import audit
from core.auth.actor import Actor
from core.configs import get_config
from core.conversation.keeping import CONFIG_NAME, PersonalSettings
from core.errors import NotFound
from core.masking import mask_personal
from core.rate_limit import RateLimit
from core.unit_of_work import UnitOfWorkFactory
from handoff.desk.revealing import ReasonNeeded
from handoff.left_messages import repository
from handoff.left_messages.schemas import LeftMessageInFull


class LeftMessageReveal:
    def __init__(self, uows: UnitOfWorkFactory) -> None:
        self._uows = uows
        # As for messages of conversations: who collects numbers runs into it.
        self._looks = RateLimit(uows.clock, limit=60, window=timedelta(minutes=10))

    async def reveal(self, left_id: str, actor: Actor, reason: str) -> LeftMessageInFull:
        """Noted: who, which, when and why; never what was in it. Raises ReasonNeeded, TooManyRequests."""
        self._looks.check(actor.account_id)
        async with self._uows.write() as uow:
            row = await repository.readable(uow.session, left_id, actor)
            if row is None:
                raise NotFound("没有找到这条留言。", what="left_message")
            settings = await get_config(uow.session, CONFIG_NAME, PersonalSettings)
            if settings.reveal_reason and not reason.strip():
                raise ReasonNeeded(field="reason")
            why = {"reason": mask_personal(reason.strip())} if reason.strip() else {}
            audit.record(
                uow, actor=actor.account_id, action="left_message.revealed",
                subject=f"left_message:{row.id}", **why,
            )  # fmt: skip
            said = {
                step.version: step.text
                for step in await repository.steps(uow.session, [row.id])
                if step.text
            }
            return LeftMessageInFull(name=row.name, phone=row.phone, text=row.text, said=said)
