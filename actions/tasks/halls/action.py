"""Where the service halls are: asks the business system; no form, for mostly one message says it all."""

from __future__ import annotations

import logging
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.dialogue.outside import CERTAIN
from actions.knowledge import look_up, tell
from actions.needs import Needs
from actions.replies import HUMAN, offer, say_text
from actions.turn import read_turn
from core.conversation.business import ServiceHall
from core.conversation.content import Choice
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
            _list_halls(dispatcher, turn.text, halls)
        return []

    async def _halls(self, region: str) -> list[ServiceHall]:
        try:
            return await self._needs.gateway.service_halls(region) if self._needs.gateway else []
        except Unavailable:
            log.warning("the business system did not list the service halls")
            return []


def _list_halls(dispatcher: CollectingDispatcher, text: str, halls: list[ServiceHall]) -> None:
    if not halls:
        offer(
            dispatcher,
            "服务大厅的信息暂时查不到。您可以拨打12329公积金热线或12333社保热线询问，也可以转人工。",
            [HUMAN],
        )
        return
    named = [hall for hall in halls if _names_district(text, hall)]
    districts = list(dict.fromkeys(hall.district for hall in halls))
    if not named and len(halls) > MAX_HALLS:
        choices = [Choice(label=d, value=f"{d}的服务大厅在哪里") for d in districts[:MAX_CHOICES]]
        offer(dispatcher, "各区都有服务大厅，您想去哪里办？", choices)
        return
    say_text(dispatcher, "\n".join(["为您查到这些服务大厅：", *map(_describe, named or halls)]))


# More halls than these are a list to search in, not an answer.
MAX_HALLS = 3
MAX_CHOICES = 12


def _names_district(text: str, hall: ServiceHall) -> bool:
    district = hall.district.removesuffix("区").removesuffix("县")
    return len(district) >= 2 and district in text


def _describe(hall: ServiceHall) -> str:
    return f"📍 {hall.name}（{hall.district}）\n地址：{hall.address}\n电话：{hall.phone}\n时间：{hall.hours}"
