"""What bot/components/shortcuts.py replaces inside Rasa still checks and finds what it did."""

from __future__ import annotations

import subprocess

import pytest

from bot.training import rasa_environment, rasa_python
from core.settings import ROOT

pytestmark = pytest.mark.rasa

BEGINNING = """
from bot.components import lean, shortcuts
lean.install()
shortcuts.install()
from rasa.core.actions.action import RemoteAction
from rasa.shared.core.events import Event
action = RemoteAction("action_knowledge", None)
"""


def run_inside_rasa(script: str) -> str:
    done = subprocess.run(
        [str(rasa_python(ROOT)), "-c", BEGINNING + script],
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
