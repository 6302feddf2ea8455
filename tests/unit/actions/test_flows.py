"""Flows of the editors as tasks: the way through the nodes, ends of every kind, circles, a flow that was changed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from actions.executor import build_executor
from actions.flows.flow import (
    Flow,
    FlowChoice,
    FlowNode,
    Own,
    ToNode,
    ToPerson,
    ToQuestion,
    ToTask,
    ToText,
)
from actions.flows.task import flow_task
from actions.needs import Needs
from core.clock import LOCAL_ZONE
from core.conversation.ports import KnowledgeHit, KnowledgeResult
from core.errors import NotFound


def choice(label: str, to: Any, *words: str) -> FlowChoice:
    return FlowChoice(label, words, to)


FLOW = Flow(
    "k", "开户引导", ("own_open", "own_start"),
    (
        FlowNode("a", "单位还是个人？", (choice("单位", ToNode("b"), "公司"), choice("个人", ToText("带身份证。")))),
        FlowNode("b", "开过户吗？", (
            choice("开过", ToTask("calculate_loan")), choice("没有", ToQuestion("单位怎么开户")),
            choice("返回", ToNode("a")), choice("找人", ToPerson()),
        )),
    ),
)  # fmt: skip


def answer(text: str, region: str, earlier: tuple[str, ...]) -> KnowledgeResult:
    hit = KnowledgeHit(
        article_id="x", question=text, answer_md="去大厅。", score=0.9, citations=[], category="", next=[]
    )  # fmt: skip
    return KnowledgeResult("answer", [hit])


def no_region(_: str) -> Any:
    raise NotFound


def now() -> datetime:
    return datetime(2026, 11, 23, 10, tzinfo=LOCAL_ZONE)


def needs(own: Callable[[], Own]) -> Needs:
    return Needs(answer, no_region, None, now, "x", own=own)


class Talk:
    """Plays Rasa: keeps the slots, calls the form's actions, collects what was said."""

    def __init__(self, own: Own) -> None:
        self.executor = build_executor(needs(lambda: own))
        self.events: list[dict[str, Any]] = []
        self.slots: dict[str, Any] = {}
        self.loop: str | None = None
        self.understood: dict[str, Any] = {}

    async def call(self, action: str) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        latest = next((e for e in reversed(self.events) if e["event"] == "user"), {})
        tracker = {
            "sender_id": "c", "slots": self.slots, "latest_message": latest.get("parse_data", {}),
            "events": self.events, "paused": False, "followup_action": None,
            "active_loop": {"name": self.loop} if self.loop else {}, "latest_action_name": None,
            "latest_input_channel": "rest",
        }  # fmt: skip
        result = await self.executor.run(
            {"next_action": action, "sender_id": "c", "tracker": tracker, "domain": {}}
        )
        data = result.model_dump()
        for response in data["responses"]:
            self.understood |= (response.get("custom") or {}).get("understanding") or {}
        for event in data["events"]:
            if event["event"] == "slot":
                self.slots[event["name"]] = event["value"]
            if event["event"] == "active_loop":
                self.loop = event["name"]
        return data["events"], data["responses"]

    async def say(self, text: str, intent: str = "inform") -> list[str]:
        """One message to the open flow; what is answered, as texts and kinds of directives."""
        parsed = {"text": text, "intent": {"name": intent, "confidence": 0.9}, "entities": []}
        self.events.append({"event": "user", "text": text, "parse_data": parsed})
        self.loop = FLOW.form
        said: list[str] = []
        for _ in range(3):
            _, responses = await self.call(f"validate_{FLOW.form}")
            said += texts(responses)
            if self.slots.get("requested_slot"):
                return said
            name = f"action_flow_{FLOW.key}_result"
            self.events.append({"event": "action", "name": name})
            events, responses = await self.call(name)
            said += texts(responses)
            following = [e["name"] for e in events if e["event"] == "followup"]
            if following != [FLOW.form]:
                self.loop = None
                return [*said, *(name for name in following if name != "action_listen")]
        raise AssertionError("the flow does not rest")


def texts(responses: list[dict[str, Any]]) -> list[str]:
    found = []
    for response in responses:
        custom = response.get("custom") or {}
        content = custom.get("content") or {}
        directive = custom.get("directive") or {}
        found += [content.get("text") or content.get("text_md") or directive.get("type") or ""]
    return [text for text in found if text]


@pytest.fixture
def talk() -> Talk:
    return Talk(Own({}, (FLOW,)))


async def test_a_flow_asks_on_the_way_taken_and_ends_with_its_text(talk: Talk) -> None:
    [first] = await talk.say("怎么开户", "own_open")
    assert first.endswith("单位还是个人？")
    assert await talk.say("个人") == ["带身份证。"]
    assert talk.slots["flow_k_a"] is None


async def test_a_choice_is_understood_by_its_other_words(talk: Talk) -> None:
    await talk.say("怎么开户", "own_open")
    [second] = await talk.say("公司的")
    assert second.endswith("开过户吗？")


async def test_a_choice_asks_the_knowledge_base(talk: Talk) -> None:
    await talk.say("怎么开户", "own_open")
    await talk.say("单位")
    assert await talk.say("没有") == ["去大厅。"]
    assert talk.understood["band"] == "answer"


async def test_a_choice_that_is_not_understood_is_named_by_its_question(talk: Talk) -> None:
    await talk.say("怎么开户", "own_open")
    await talk.say("蓝的")
    [help_text] = await talk.say("蓝的")
    assert "单位还是个人" in help_text
    assert "“”" not in help_text


async def test_a_choice_opens_a_task(talk: Talk) -> None:
    await talk.say("怎么开户", "own_open")
    await talk.say("单位")
    assert await talk.say("开过") == ["loan_form"]


async def test_a_choice_leads_to_a_person(talk: Talk) -> None:
    await talk.say("怎么开户", "own_open")
    await talk.say("单位")
    assert await talk.say("找人") == ["hand_off"]


async def test_a_circle_asks_again_from_there(talk: Talk) -> None:
    await talk.say("怎么开户", "own_open")
    await talk.say("单位")
    [again] = await talk.say("返回")
    assert again.endswith("单位还是个人？")
    assert (talk.slots["flow_k_a"], talk.slots["flow_k_b"]) == (None, None)
    assert await talk.say("个人") == ["带身份证。"]


async def test_a_flow_is_cancelled_like_any_task(talk: Talk) -> None:
    await talk.say("怎么开户", "own_open")
    events, responses = await talk.call("action_cancel_task")
    assert "开户引导" in texts(responses)[0]
    assert {"event": "active_loop", "name": None} in [
        {"event": e["event"], "name": e.get("name")} for e in events
    ]


def test_an_answer_that_a_changed_flow_does_not_offer_is_asked_again() -> None:
    form = flow_task(FLOW).form
    answers = {"flow_k_a": "单位", "flow_k_b": "旧选项"}
    open_field = form.next_field(answers)
    assert open_field is not None
    assert open_field.slot == "flow_k_b"


async def test_with_another_model_its_flows_answer() -> None:
    current = [Own()]
    executor = build_executor(needs(lambda: current[0]))
    talk = Talk(Own())
    talk.executor = executor
    with pytest.raises(Exception, match="validate_flow_k_form"):
        await talk.say("怎么开户", "own_open")
    current[0] = Own({}, (FLOW,))
    assert (await talk.say("怎么开户", "own_open"))[0].endswith("单位还是个人？")
