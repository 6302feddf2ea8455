"""What a Rasa with another model makes of dialogues it takes over: what it does not have neither is open nor waits."""

from __future__ import annotations

import json
import subprocess

import pytest

from bot.training import rasa_environment, rasa_python
from core.settings import ROOT

pytestmark = pytest.mark.rasa

SCRIPT = """
import asyncio, json, sys
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActiveLoop, SlotSet
from rasa.shared.core.trackers import DialogueStateTracker
from bot.components.tracker_store import BoundedTrackerStore

domain = Domain.from_dict({
    "slots": {"waiting_tasks": {"type": "any", "mappings": [{"type": "custom"}]}},
    "forms": {"loan_form": {"required_slots": []}},
})
told = json.load(sys.stdin)
events = [ActiveLoop(told["loop"]), SlotSet("waiting_tasks", [{"action": a} for a in told["waiting"]])]
tracker = DialogueStateTracker.from_events("c.0", events, slots=domain.slots, domain=domain)
text = BoundedTrackerStore.serialise_tracker(tracker)
store = BoundedTrackerStore(domain)
asyncio.run(store.take_over("c.0", text))
tracker = asyncio.run(store.retrieve("c.0"))
waiting = [task["action"] for task in tracker.get_slot("waiting_tasks") or []]
print(json.dumps({"loop": tracker.active_loop_name, "waiting": waiting}))
"""


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (("flow_k_form", ["loan_form"]), (None, ["loan_form"])),
        (("loan_form", ["flow_k_form", "loan_form"]), ("loan_form", ["loan_form"])),
        (("flow_k_form", ["flow_k_form"]), (None, [])),
        (("loan_form", ["loan_form"]), ("loan_form", ["loan_form"])),
    ],
)
def test_a_form_the_new_model_does_not_have_is_let_go_of(
    before: tuple[str, list[str]], after: tuple[str | None, list[str]]
) -> None:
    done = subprocess.run(
        [rasa_python(ROOT), "-c", SCRIPT],
        input=json.dumps({"loop": before[0], "waiting": before[1]}), cwd=ROOT,
        env=rasa_environment(ROOT), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    taken = json.loads(done.stdout.splitlines()[-1])
    assert (taken["loop"], taken["waiting"]) == after
