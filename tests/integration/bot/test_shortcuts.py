"""What bot/components/shortcuts.py replaces inside Rasa still checks and finds what it did."""

from __future__ import annotations

import subprocess

import pytest

from app.topics import topic_examples
from bot.training import rasa_environment, rasa_python, train
from core.settings import ROOT, Settings

pytestmark = pytest.mark.rasa

BEGINNING = """
from bot.components import lean, shortcuts
lean.install()
shortcuts.install()
from rasa.core.actions.action import RemoteAction
from rasa.shared.core.events import Event
action = RemoteAction("action_knowledge", None)
"""


def run_inside_rasa(script: str, *arguments: object) -> str:
    beginning = "" if arguments else BEGINNING
    done = subprocess.run(
        [str(rasa_python(ROOT)), "-c", beginning + script, *map(str, arguments)],
        cwd=ROOT,
        env=rasa_environment(ROOT),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_an_action_answer_that_breaks_the_schema_is_still_refused() -> None:
    script = """
from jsonschema import ValidationError
good = {"events": [{"event": "slot", "timestamp": None, "name": "a", "value": 1}], "responses": []}
print(action._validate_action_result(good))
for bad in ({"events": [{"event": "nonsense"}]}, {"events": {}}, {"responses": ["text"]}, []):
    try:
        action._validate_action_result(bad)
        print("accepted", bad)
    except ValidationError:
        print("refused")
"""
    assert run_inside_rasa(script).split("\n") == ["True", *["refused"] * 4]


def test_events_are_found_by_type_and_unknown_ones_still_raise() -> None:
    script = """
print(Event.resolve_by_type("slot").__name__, Event.resolve_by_type("no_such_event", int).__name__)
try:
    Event.resolve_by_type("no_such_event")
except ValueError:
    print("raised")
"""
    assert run_inside_rasa(script).split() == ["SlotSet", "int", "raised"]


def test_the_model_is_run_in_order_with_the_same_results_as_by_the_scheduler() -> None:
    script = """
import asyncio, json, sys
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.core.events import ActionExecuted, UserUttered
from rasa.core.agent import Agent
from bot.components.shortcuts import _run_in_order
import rasa.engine.runner.dask as module
agent = Agent.load(sys.argv[1])
processor = agent.processor

def outcome(text):
    parsed = asyncio.run(agent.parse_message(text))
    said = UserUttered(text, parsed["intent"], parsed["entities"], parsed)
    tracker = DialogueStateTracker.from_events(
        "t", [ActionExecuted("action_listen"), said], processor.domain.slots, domain=processor.domain
    )
    prediction = processor._predict_next_with_tracker(tracker)
    return parsed["intent"], parsed["entities"], prediction.probabilities, prediction.policy_name

texts = ["租房可以提取公积金吗", "帮我算算公积金能贷多少", "余额5万"]
assert DaskGraphRunner.run is _run_in_order
ours = [outcome(text) for text in texts]
DaskGraphRunner.run = stock
print(ours == [outcome(text) for text in texts])
"""
    beginning = "from bot.components import lean\nlean.install()\n"
    keep = "from rasa.engine.runner.dask import DaskGraphRunner\nstock = DaskGraphRunner.run\n"
    quiet = "from bot.components.quiet import keep_quiet\nkeep_quiet()\n"
    model = train(ROOT, Settings().model_dir, topic_examples()).model
    whole = beginning + quiet + keep + BEGINNING.replace("lean.install()", "") + script
    assert run_inside_rasa(whole, model) == "True"
