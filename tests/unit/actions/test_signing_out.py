"""退出登录 takes the citizen's data off the screens, whether or not Rasa still knows of the check."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Any

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.dialogue.steering import ByeAction, CancelTaskAction
from actions.needs import Needs
from actions.region import RegionNumbers
from actions.tasks import loan
from core.clock import LOCAL_ZONE
from core.conversation.ports import KnowledgeResult


def run(action: CancelTaskAction, text: str, form: str | None = None) -> list[dict[str, Any]]:
    """What goes to the server. Rasa's session knows of no check: people had the conversation in between."""
    loop = {"name": form} if form else {}
    tracker = Tracker(
        "c.1", {}, {"text": text}, [{"event": "user", "text": text}], False, None, loop, "action_listen"
    )  # fmt: skip
    dispatcher = CollectingDispatcher()
    asyncio.run(action.run(dispatcher, tracker, {}))
    return [message["custom"] for message in dispatcher.messages]


@pytest.fixture
def needs(region: RegionNumbers) -> Needs:
    now = datetime(2026, 11, 22, 10, 0, tzinfo=LOCAL_ZONE)
    return Needs(
        lambda *_: KnowledgeResult("unknown", []), lambda _: region, None, lambda: now,
        default_region="example",
    )  # fmt: skip


def test_the_button_below_a_result_works_after_people_had_the_conversation(needs: Needs) -> None:
    said = run(CancelTaskAction([loan.TASK], needs), "退出登录")
    assert {"signed_out": True} in said
    assert "身份核验已退出" in str(said)


def test_goodbye_forgets_as_well(needs: Needs) -> None:
    assert {"signed_out": True} in run(ByeAction([loan.TASK], needs), "再见")


def test_leaving_a_task_without_own_data_leaves_what_was_shown(needs: Needs) -> None:
    said = run(CancelTaskAction([loan.TASK], needs), "算了", form=loan.TASK.form.name)
    assert {"signed_out": True} not in said
    assert "已取消" in str(said)
