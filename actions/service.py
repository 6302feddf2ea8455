"""The short actions: hand off to a person, leave or restart a task, find a service hall, answer a yes or no."""

from __future__ import annotations

import logging
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import ActiveLoop, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.forms.dialogue import LEAVING, Form, Turn
from actions.knowledge import AnswerQuestion, look_up, tell
from actions.replies import HUMAN, direct, offer, say_text, understood
from actions.turn import read_region, read_turn
from core.conversation.business import BusinessGateway, ServiceHall
from core.conversation.content import Choice
from core.errors import Unavailable

log = logging.getLogger(__name__)

Events = list[dict[str, Any]]

# The understood intent -> the directive's reason. What the citizen reads belongs to the handoff rules.
HAND_OFF_REASONS = {
    "request_human": "asked_for_person",
    "wish": "asked_for_person",
    "complain": "complaint",
    "anger": "anger",
}


class HandOffAction(Action):
    """action_hand_off: the engine decides whether people are there; nothing is promised here."""

    def __init__(self, answer: AnswerQuestion, default_region: str) -> None:
        self._answer = answer
        self._default_region = default_region

    def name(self) -> str:
        return "action_hand_off"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> Events:
        turn = read_turn(tracker)
        # Below this the classifier is guessing, and a guess must not take a citizen away from an answer.
        if turn.confidence < LEAVING.get(turn.intent, 0.0):
            region = read_region(tracker, self._default_region)
            tell(dispatcher, await look_up(self._answer, turn, region))
            return []
        reason = HAND_OFF_REASONS.get(turn.intent, "guided")
        direct(dispatcher, "hand_off", reason=reason, category=_business(tracker, turn))
        return []


# The business of each form, as articles and skill groups name it.
FORM_BUSINESS = {"loan_form": "信贷", "withdrawal_form": "提取"}


def _business(tracker: Tracker, turn: Turn) -> str | None:
    """Which skill group can help: the business the message names, else that of the open form."""
    named = next((str(e.value) for e in turn.entities if e.kind == "business"), None)
    return named or FORM_BUSINESS.get(tracker.active_loop_name or "")


class InformAction(Action):
    """action_inform: a value outside a form. A whole sentence is no bare value and is looked up."""

    def __init__(self, answer: AnswerQuestion, default_region: str) -> None:
        self._answer = answer
        self._default_region = default_region

    def name(self) -> str:
        return "action_inform"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> Events:
        turn = read_turn(tracker)
        region = read_region(tracker, self._default_region)
        result = await look_up(self._answer, turn, region)
        # 那公租房呢 after a question is one as well, however short.
        if len(turn.text) >= SENTENCE or (turn.earlier and result.band == "answer"):
            tell(dispatcher, result)
        else:
            offer(dispatcher, INFORM_TEXT, [Choice(label=t, value=t) for t in EXAMPLES[1:3]])
        return []


# Characters from which on a text says more than a value.
SENTENCE = 9
INFORM_TEXT = "收到。您是想测算贷款额度，还是自查提取条件？请点下面的按钮，或者直接说您的问题。"


class AffirmAction(Action):
    """action_affirm: 好的 after an offer of a person accepts it; anywhere else it is only an acknowledgement."""

    def name(self) -> str:
        return "action_affirm"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> Events:
        if _person_was_offered(tracker):
            direct(dispatcher, "hand_off", reason="guided", category=None)
        else:
            say_text(dispatcher, "好的。还有什么想了解的，请直接告诉我。")
        return []


def _person_was_offered(tracker: Tracker) -> bool:
    """Whether a person was the only choice in what the bot said last."""
    for event in reversed(tracker.events):
        custom = (event.get("data") or {}).get("custom") or {}
        if event.get("event") == "bot" and ("content" in custom or event.get("text")):
            choices = (custom.get("content") or {}).get("choices") or []
            return [choice["value"] for choice in choices] == [HUMAN.value]
    return False


OUT_OF_SCOPE_TEXT = "这个我帮不上忙，我只熟悉公积金和社保的事。您可以这样问我："
# Below this an answer of the search overrules the classifier; above, only one that is all but certain. For editors
# may have published an answer since to what the classifier has learnt to turn away.
OUT_OF_SCOPE_CONFIDENCE = 0.6
CERTAIN = 0.9


class OutOfScopeAction(Action):
    """action_out_of_scope: says no, unless the knowledge base is surer of its answer than the classifier."""

    def __init__(self, answer: AnswerQuestion, default_region: str) -> None:
        self._answer = answer
        self._default_region = default_region

    def name(self) -> str:
        return "action_out_of_scope"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> Events:
        turn = read_turn(tracker)
        region = read_region(tracker, self._default_region)
        result = await look_up(self._answer, turn, region)
        enough = CERTAIN if turn.confidence >= OUT_OF_SCOPE_CONFIDENCE else 0.0
        if result.band == "answer" and result.hits[0].score >= enough:
            tell(dispatcher, result)
            return []
        offer(dispatcher, OUT_OF_SCOPE_TEXT, [Choice(label=t, value=t) for t in EXAMPLES])
        # Also counted as unanswered: if the classifier errs, the citizen must not be sent away for ever.
        understood(dispatcher, band="unknown")
        return []


# What a citizen may try next; each is a sentence the classifier knows.
EXAMPLES = ("租房可以提取公积金吗", "帮我算算公积金能贷多少", "帮我看看能不能提取公积金", "转人工")


def reset(form: Form) -> Events:
    """Events that forget the form's answers."""
    return [SlotSet(field.slot, None) for field in form.fields]


class CancelTaskAction(Action):
    """action_cancel_task: 算了. Inside a form it ends the form and forgets the answers."""

    otherwise = "好的。需要的时候再问我就行。"

    def __init__(self, forms: tuple[Form, ...]) -> None:
        self._forms = {form.name: form for form in forms}

    def name(self) -> str:
        return "action_cancel_task"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> Events:
        form = self._forms.get(tracker.active_loop_name or "")
        if form is None:
            say_text(dispatcher, self.otherwise)
            return []
        say_text(
            dispatcher, f"好的，{form.title}已取消，刚才填的内容不会保留。需要的时候随时再说。"
        )
        return [ActiveLoop(None), SlotSet("requested_slot", None), *reset(form)]


class ByeAction(CancelTaskAction):
    """action_bye: whoever says goodbye in the middle of a form does not want it any more."""

    otherwise = "好的，感谢您的咨询，祝您生活愉快，再见。"

    def name(self) -> str:
        return "action_bye"


class FindServiceHallAction(Action):
    """action_find_service_hall: asks the business system; without it, says where to call.

    What editors have written about a hall (母婴室在哪里) goes before the list of halls.
    """

    def __init__(
        self, gateway: BusinessGateway | None, answer: AnswerQuestion, default_region: str
    ) -> None:
        self._gateway = gateway
        self._answer = answer
        self._default_region = default_region

    def name(self) -> str:
        return "action_find_service_hall"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> Events:
        turn = read_turn(tracker)
        region = read_region(tracker, self._default_region)
        halls = await self._halls(region)
        result = await look_up(self._answer, turn, region)
        # Where there is no list to offer, any answer is better than none.
        if result.band == "answer" and (result.hits[0].score >= CERTAIN or not halls):
            tell(dispatcher, result)
        else:
            _list_halls(dispatcher, turn.text, halls)
        return []

    async def tell_halls(self, dispatcher: CollectingDispatcher, text: str, region: str) -> None:
        """Lists the halls, those of a district the text names first."""
        _list_halls(dispatcher, text, await self._halls(region))

    async def _halls(self, region: str) -> list[ServiceHall]:
        try:
            return await self._gateway.service_halls(region) if self._gateway else []
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
