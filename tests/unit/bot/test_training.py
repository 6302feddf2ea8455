"""When the bot is trained, and when the cached model serves; with a stand-in for Rasa's interpreter."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.training import TrainingFailed, model_hash, train

# Counts its runs and "trains" by writing the file that --output and --name ask for.
INTERPRETER = """#!/bin/sh
echo run >> "{root}/runs"
{failure}
echo model > "$4/$6"
"""


def project(root: Path, failure: str = "") -> Path:
    """A project with one file per kind of input and the stand-in interpreter."""
    for name in ("config.yml", "domain.yml", "data/nlu/a.yml", "bot/components/classifier.py"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(name)
    python = root / ".venv-rasa/bin/python"
    python.parent.mkdir(parents=True)
    python.write_text(INTERPRETER.format(root=root, failure=failure))
    python.chmod(0o755)
    return root


def runs(root: Path) -> int:
    log = root / "runs"
    return len(log.read_text().splitlines()) if log.exists() else 0


def test_unchanged_inputs_use_the_cached_model(tmp_path: Path) -> None:
    root = project(tmp_path)
    first = train(root, root / "models")
    second = train(root, root / "models")
    assert (first.cached, second.cached) == (False, True)
    assert first.model == second.model
    assert runs(root) == 1


@pytest.mark.parametrize(
    "name", ["config.yml", "domain.yml", "data/nlu/a.yml", "bot/components/classifier.py"]
)
def test_every_input_changes_the_model(tmp_path: Path, name: str) -> None:
    root = project(tmp_path)
    before = model_hash(root)
    (root / name).write_text("changed")
    assert model_hash(root) != before


def test_going_back_to_old_inputs_trains_nothing(tmp_path: Path) -> None:
    root = project(tmp_path)
    train(root, root / "models")
    (root / "domain.yml").write_text("new")
    train(root, root / "models")
    (root / "domain.yml").write_text("domain.yml")
    assert train(root, root / "models").cached
    assert runs(root) == 2


def test_a_failed_training_leaves_no_model_and_names_its_log(tmp_path: Path) -> None:
    root = project(tmp_path, failure="exit 1")
    with pytest.raises(TrainingFailed) as failure:
        train(root, root / "models")
    assert Path(str(failure.value.details["log"])).exists()
    assert list((root / "models").glob("*.tar.gz")) == []


def test_a_missing_interpreter_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(TrainingFailed, match="make"):
        train(tmp_path, tmp_path / "models")
