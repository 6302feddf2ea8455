"""Brings changed hot questions to where citizens see them: open widgets at once, WeChat's menus through the outbox."""

from __future__ import annotations

from channels.wechat.menu_push import ask_for_push, with_menus
from core.conversation.ports import HotQuestions
from core.events import Audience, Event, HotUpdated, inbox_room
from core.unit_of_work import UnitOfWorkFactory


class HotNews:
    """Called by the board with the inboxes whose list may be another one now."""

    def __init__(self, uows: UnitOfWorkFactory, hot: HotQuestions) -> None:
        self._uows = uows
        self._hot = hot

    async def __call__(self, inbox_ids: list[str]) -> None:
        for inbox_id in inbox_ids:
            questions = [each.question for each in await self._hot.of_inbox(inbox_id)]
            room = Audience(visitor_rooms=frozenset({inbox_room(inbox_id)}))
            await self._uows.announce(Event("hot.updated", HotUpdated(questions=questions), room))
        async with self._uows.write() as uow:
            for inbox_id in await with_menus(uow.session):
                if inbox_id in inbox_ids:
                    ask_for_push(uow, inbox_id)
