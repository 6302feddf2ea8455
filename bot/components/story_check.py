"""Plays test stories against a model with Rasa's own tester: `python -m bot.components.story_check --model M FILE`.

Prints {"correct": n, "failed": [{"story", "steps"}]}: the steps as Rasa took them, its own remarks included.
Called by the tests.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from pathlib import Path
from typing import Any, Dict

from bot.components import lean
from bot.components.quiet import keep_quiet

ROOT = Path(__file__).resolve().parents[2]


async def check(model: str, stories: str) -> Dict[str, Any]:
    from rasa.core.agent import Agent
    from rasa.core.test import _collect_story_predictions, _create_data_generator
    from rasa.shared.core.training_data.story_writer.yaml_story_writer import YAMLStoryWriter

    agent = Agent.load(model)
    # The public rasa.core.test.test() tells neither which stories failed nor how, but in files.
    trackers = _create_data_generator(
        stories, agent, use_conversation_test_files=True
    ).generate_story_trackers()
    result, _, _ = await _collect_story_predictions(trackers, agent, use_e2e=True)
    failed = [tracker for tracker in result.failed_stories if any(map(_is_wrong, tracker.events))]
    return {
        "correct": len(result.successful_stories) + len(result.failed_stories) - len(failed),
        "failed": [
            {"story": tracker.sender_id, "steps": tracker.export_stories(YAMLStoryWriter())}
            for tracker in failed
        ],
    }


def _is_wrong(event: Any) -> bool:
    """A wrong action or intent. Entities are measured by sentences of their own: stories do not name them."""
    from rasa.core.test import WronglyClassifiedUserUtterance, WronglyPredictedAction

    if isinstance(event, WronglyClassifiedUserUtterance):
        return bool(event.intent.get("name") != event.predicted_intent)
    return isinstance(event, WronglyPredictedAction)


def main() -> None:
    parser = argparse.ArgumentParser(description="Play test stories against a trained model")
    parser.add_argument("--model", required=True)
    parser.add_argument("stories")
    arguments = parser.parse_args()
    keep_quiet()
    if lean.config_is_lean(ROOT / "config.yml"):
        lean.install()
    # Whatever Rasa prints must not end up in the result.
    results, sys.stdout = sys.stdout, sys.stderr
    report = asyncio.run(check(arguments.model, arguments.stories))
    results.write(json.dumps(report, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
