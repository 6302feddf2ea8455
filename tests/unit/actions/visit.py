"""A task with one question, and one call of its action: for tests of what surrounds a task."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.forms.actions import ValidateFormAction
from actions.forms.choices import ChoiceField
from actions.forms.context import Answers, Outcome, TaskContext
from actions.forms.fields import Option
from actions.forms.form import Form, Task
from actions.forms.waiting import Waiting
from actions.needs import Needs
from actions.region import RegionNumbers
from core.clock import LOCAL_ZONE
from core.conversation.business_errors import HallNotFound
from core.conversation.content import TextContent
from core.conversation.ports import KnowledgeResult
from core.errors import Unavailable

HALLS = (Option("east", "城东"), Option("west", "城西"))


async def _away(*_: Any) -> Any:
    raise Unavailable("业务系统暂时没有响应。", part="business_system")


async def _gone(*_: Any) -> Any:
    raise HallNotFound


async def _finish(answers: Answers, context: TaskContext) -> Outcome:
    return Outcome([TextContent(text="约好了。")])


FORM = Form(
    "visit_form",
    "book_appointment",
    "预约",
    (ChoiceField(slot="visit_hall", topic="大厅", question="去哪个大厅？", choices=HALLS),),
)
VISIT = Task(FORM, _finish)
LOAN = Waiting("loan_form", "公积金贷款额度测算")


def with_hook(**hook: Any) -> Task:
    return replace(VISIT, form=replace(FORM, fields=(replace(FORM.fields[0], **hook),)))


Ran = tuple[dict[str, Any], list[dict[str, Any]], list[str]]


def run(
    action: Action,
    region: RegionNumbers,
    text: str = "城东",
    *,
    asking: bool = True,
    slots: Any = None,
    intent: str = "inform",
    before: Sequence[dict[str, Any]] = (),
) -> Ran:
    """Slots set, contents said, and the names of what follows or ends."""
    message = {
        "text": text,
        "intent": {"name": intent, "confidence": 0.9},
        "entities": [],
        "metadata": {},
    }
    held = {**({"requested_slot": "visit_hall"} if asking else {}), **(slots or {})}
    loop = {"name": "visit_form"} if asking else {}
    events = [*before, {"event": "user", "text": text}]
    tracker = Tracker("c.0", held, message, events, False, None, loop, "action_listen")
    dispatcher = CollectingDispatcher()
    done = asyncio.run(action.run(dispatcher, tracker, {}))
    stored = {e["name"]: e["value"] for e in done if e["event"] == "slot"}
    said = [m["custom"]["content"] for m in dispatcher.messages if "content" in m["custom"]]
    return (
        stored,
        said,
        [str(e["name"]) for e in done if e["event"] in ("followup", "active_loop")],
    )


def needs_in(region: RegionNumbers) -> Needs:
    now = datetime(2026, 11, 22, 10, 0, tzinfo=LOCAL_ZONE)
    return Needs(
        lambda *_: KnowledgeResult("unknown", []), lambda _: region, None, lambda: now, default_region="example"
    )  # fmt: skip


def validate(task: Task, needs: Needs) -> ValidateFormAction:
    return ValidateFormAction(
        task, needs, {FORM.intent: Waiting("visit_form", "预约", begun=False)}
    )


def labels(content: dict[str, Any]) -> list[str]:
    return [choice["label"] for choice in content.get("choices", [])]
