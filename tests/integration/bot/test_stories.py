"""Rasa's own tester plays a story for every task and every interruption: understanding and what follows from it."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
import yaml

from actions.tasks.registry import TASKS
from app.topics import topic_examples
from bot.training import rasa_environment, rasa_python, train
from core.settings import ROOT, Settings
from tests.integration.bot.story_book import OPENINGS, all_stories

pytestmark = pytest.mark.rasa


def test_every_task_has_its_stories() -> None:
    assert {task.form.intent for task in TASKS} <= set(OPENINGS)


def test_rasa_takes_every_turn_of_every_task_as_written(tmp_path: Path) -> None:
    stories = all_stories()
    # Rasa knows test stories by the name of their file.
    book = tmp_path / "test_tasks.yml"
    book.write_text(
        yaml.safe_dump({"version": "3.1", "stories": stories}, allow_unicode=True), "utf-8"
    )
    model = train(ROOT, Settings().model_dir, topic_examples()).model
    done = subprocess.run(
        [rasa_python(ROOT), "-m", "bot.components.story_check", "--model", model, book],
        cwd=ROOT, env=rasa_environment(ROOT), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    report = json.loads(done.stdout)
    assert report["failed"] == []
    assert report["correct"] == len(stories)
