"""Answers a greeting: by the time of day, by the inbox, and knowing whether people have just served."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.dialogue.again import SAME_PERSON
from actions.forms.waiting import offer_next, waiting_tasks
from actions.needs import Needs
from actions.replies import say_response
from actions.turn import is_first_turn, read_visit

Events = list[dict[str, Any]]

# Until which hour (exclusive) which words; the rest of the night is evening.
SALUTATIONS = ((5, "晚上好"), (9, "早上好"), (11, "上午好"), (13, "中午好"), (18, "下午好"))

SHORTEST_NAME = 4


class GreetAction(Action):
    """action_greet: the texts are utter_greet, utter_greet_after_people and utter_greet_again of domain.yml."""

    def __init__(self, needs: Needs) -> None:
        self._needs = needs

    def name(self) -> str:
        return "action_greet"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> Events:
        visit = read_visit(tracker)
        hello = salutation(self._needs.now().hour)
        waiting = waiting_tasks(tracker)
        if waiting:
            offer_next(dispatcher, waiting)
        elif not is_first_turn(tracker):
            # Whoever greets again wants to know whether somebody is there, not what the bot can do.
            say_response(dispatcher, "utter_greet_again", salutation=hello)
        elif visit.after_people:
            agent = f"客服{visit.agent}" if visit.agent else "人工客服"
            buttons = [{"title": SAME_PERSON.label, "payload": SAME_PERSON.value}]
            say_response(
                dispatcher, "utter_greet_after_people", buttons, salutation=hello, agent=agent
            )
        else:
            # 网站 or 公众号 says what it is, not whose.
            named = len(visit.inbox_name) >= SHORTEST_NAME
            place = f"这里是{visit.inbox_name}，" if named else ""
            say_response(dispatcher, "utter_greet", salutation=hello, place=place)
        return []


def salutation(hour: int) -> str:
    """The greeting of the hour, 0 to 23, local time."""
    return next((words for until, words in SALUTATIONS if hour < until), "晚上好")
