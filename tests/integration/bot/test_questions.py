"""Which sentences go without a turn of Rasa: every example and every test sentence, put to the real model."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from app.topics import topic_examples
from bot.training import rasa_environment, rasa_python, train
from core.settings import ROOT, Settings

pytestmark = pytest.mark.rasa

SCRIPT = """
import asyncio, json, sys
from pathlib import Path
from bot.components import lean, shortcuts
from bot.components.quiet import keep_quiet
keep_quiet()
lean.install()
shortcuts.install()
from rasa.core.agent import Agent
from bot.components.questions import Questions

agent = Agent.load(sys.argv[1])
questions = Questions(agent.processor)

async def parse_all(texts):
    return [await agent.parse_message(text) for text in texts]

results = []
for parsed in asyncio.run(parse_all(json.loads(Path(sys.argv[2]).read_text("utf-8")))):
    results.append({
        "intent": parsed["intent"]["name"], "wishes": bool(parsed.get("wishes")),
        "taken": questions.are_settled_by_looking_up(parsed),
    })
Path(sys.argv[3]).write_text(json.dumps(results), "utf-8")
"""


def labelled() -> list[tuple[str, str]]:
    """Sentences with their intent: training's own, and those written apart from it."""
    cases = []
    for path in sorted((ROOT / "data/nlu").glob("*.yml")):
        for block in yaml.safe_load(path.read_text("utf-8"))["nlu"]:
            lines = block.get("examples", "").splitlines()
            cases += [(line[2:].strip(), block["intent"]) for line in lines if line[2:].strip()]
    for name in ("dev.jsonl", "blind.jsonl"):
        lines = (ROOT / "tests/data/nlu" / name).read_text("utf-8").splitlines()
        cases += [(case["text"], case["intent"]) for case in map(json.loads, lines)]
    return cases


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[str, str, dict[str, Any]]]:
    folder = tmp_path_factory.mktemp("questions")
    texts, results = folder / "texts.json", folder / "results.json"
    cases = labelled()
    texts.write_text(json.dumps([text for text, _ in cases]), "utf-8")
    model = train(ROOT, Settings().model_dir, topic_examples()).model
    done = subprocess.run(
        [str(rasa_python(ROOT)), "-c", SCRIPT, str(model), str(texts), str(results)],
        cwd=ROOT, env=rasa_environment(ROOT), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found = json.loads(Path(results).read_text("utf-8"))
    return [(*case, one) for case, one in zip(cases, found, strict=True)]


def looked_up() -> set[str]:
    """The intents that the rules in data/rules lead to action_knowledge and to nothing else."""
    intents: set[str] = set()
    for path in sorted((ROOT / "data/rules").rglob("*.yml")):
        for rule in yaml.safe_load(path.read_text("utf-8"))["rules"]:
            first, *rest = rule["steps"]
            if [step.get("action") for step in rest] == ["action_knowledge"]:
                intents |= {one["intent"] for one in first.get("or", [first])}
    return intents


def test_only_what_the_rules_look_up_goes_without_a_turn(
    judged: list[tuple[str, str, dict[str, Any]]],
) -> None:
    allowed = looked_up()
    assert "ask_withdrawal" in allowed
    for text, _, one in judged:
        assert one["taken"] == (one["intent"] in allowed and not one["wishes"]), text


def test_no_wish_for_people_a_task_or_a_dialogue_is_swallowed(
    judged: list[tuple[str, str, dict[str, Any]]],
) -> None:
    """Where the classifier errs the long way would have looked it up just the same; it must be rare."""
    groups = yaml.safe_load((ROOT / "bot/intents.yml").read_text("utf-8"))
    others = {name for group in ("people", "dialogue", "task") for name in groups[group]}
    others -= looked_up()
    theirs = [(text, label, one) for text, label, one in judged if label in others]
    assert len(theirs) > 1000
    swallowed = [(text, label) for text, label, one in theirs if one["taken"]]
    assert len(swallowed) <= 0.02 * len(theirs), swallowed[:20]
    never = {"转人工", "人工", "投诉", "帮我算算", "帮我算算公积金能贷多少", "你好", "算了"}
    assert never.isdisjoint(text for text, _ in swallowed)


def test_most_questions_do_go_without_a_turn(
    judged: list[tuple[str, str, dict[str, Any]]],
) -> None:
    questions = [one["taken"] for _, label, one in judged if label.startswith("ask_")]
    assert sum(questions) > 0.85 * len(questions)
