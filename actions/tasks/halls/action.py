"""Where the service halls are: asks the business system; no form, for mostly one message says it all."""

from __future__ import annotations

import logging
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.dialogue.outside import CERTAIN
from actions.knowledge import look_up, tell
from actions.needs import Needs
from actions.replies import say
from actions.tasks.halls.words import answer
from actions.turn import read_turn
from core.conversation.business import ServiceHall
from core.conversation.business_errors import BusinessError
from core.errors import Unavailable

log = logging.getLogger(__name__)

Events = list[dict[str, Any]]


class FindServiceHallAction(Action):
    """action_find_service_hall: asks the business system; without it, says where to call.

    What editors have written about a hall (母婴室在哪里) goes before the list of halls.
    """

    def __init__(self, needs: Needs) -> None:
        self._needs = needs

    def name(self) -> str:
        return "action_find_service_hall"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> Events:
        turn = read_turn(tracker)
        region = self._needs.region(tracker)
        halls = await self._halls(region)
        result = await look_up(self._needs.answer, turn, region)
        # Where there is no list to offer, any answer is better than none.
        if result.band == "answer" and (result.hits[0].score >= CERTAIN or not halls):
            tell(dispatcher, result)
        else:
            say(dispatcher, answer(turn.text, halls))
        return []

    async def _halls(self, region: str) -> list[ServiceHall]:
        try:
            return await self._needs.gateway.service_halls(region) if self._needs.gateway else []
        except (Unavailable, BusinessError):
            log.warning("the business system did not list the service halls")
            return []
