"""Trains Rasa when its inputs changed: `bangban train`, `bangban run`, and tests that need a real model.

A model is named by the hash of everything that goes into it and kept in settings.model_dir, so that a new
home, or going back to an older branch, does not train again. Examples that do not stand in the project's own
data (wordings of knowledge articles, examples of editors) are handed in and go into the hash as well.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import yaml

from core.errors import BangbanError
from core.settings import ROOT, Settings

# Whatever changes the model: the project's files and the code whose results are stored in it. The other
# components only run while serving.
INPUT_FILES = (
    "config.yml",
    "domain.yml",
    "requirements/rasa.txt",
    "bot/components/classifier.py",
    "bot/components/concepts.py",
    "bot/components/entities.py",
    "bot/components/features.py",
    "bot/components/linear.py",
    "bot/components/train.py",
    # A data file of another package, named in config.yml.
    "knowledge/retrieval/data/synonyms.yaml",
)
INPUT_FOLDERS = ("data",)
TRAINING_TIMEOUT_SECONDS = 900

# Further examples by intent, beside those of the project's data.
Examples = Mapping[str, Sequence[str]]
NO_EXAMPLES: Examples = MappingProxyType({})
# An article's wordings are many and alike; an example written for the bot counts for three of them.
WORDING_WEIGHT = 0.3
# Square brackets would annotate an entity in Rasa's format.
_PLAIN = str.maketrans("[]\r\n", "［］  ")


class TrainingFailed(BangbanError):
    """Details: `log` names the file that says why."""

    code, default_message = "training_failed", "机器人训练失败。"


@dataclass(frozen=True)
class Trained:
    """The model's file, and whether it was there already."""

    model: Path
    cached: bool


def model_hash(root: Path, examples: Examples = NO_EXAMPLES) -> str:
    """Hash of the names and contents of all inputs."""
    digest = hashlib.sha256(as_nlu(examples).encode() if examples else b"")
    for path in _inputs(root):
        digest.update(str(path.relative_to(root)).encode())
        digest.update(b"\0")
        digest.update(path.read_bytes())
        digest.update(b"\0")
    return digest.hexdigest()[:16]


def _inputs(root: Path) -> Iterator[Path]:
    for name in INPUT_FILES:
        if (root / name).is_file():
            yield root / name
    for folder in INPUT_FOLDERS:
        yield from sorted(
            p for p in (root / folder).rglob("*") if p.suffix in (".yml", ".txt", ".py")
        )


def model_path(root: Path, model_dir: Path, examples: Examples = NO_EXAMPLES) -> Path:
    """Where the model for the present inputs is, or will be."""
    return model_dir / f"bangban-{model_hash(root, examples)}.tar.gz"


def current_model(settings: Settings, examples: Examples = NO_EXAMPLES) -> Path | None:
    """The trained model for the present inputs, or None when it has to be trained first."""
    model = model_path(ROOT, settings.model_dir, examples)
    return model if model.exists() else None


def train(
    root: Path, model_dir: Path, examples: Examples = NO_EXAMPLES, *, force: bool = False
) -> Trained:
    """The model for the present inputs, trained if it is not there yet. Raises TrainingFailed.

    Several processes may ask at once (tests, two instances): one trains, the others wait for it.
    """
    model_dir.mkdir(parents=True, exist_ok=True)
    model = model_path(root, model_dir, examples)
    with (model_dir / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if model.exists() and not force:
            return Trained(model, cached=True)
        with tempfile.TemporaryDirectory(prefix="bangban-examples-") as folder:
            if examples:
                Path(folder, "examples.yml").write_text(as_nlu(examples), "utf-8")
            _run_training(root, model, Path(folder) if examples else None)
        return Trained(model, cached=False)


def as_nlu(examples: Examples) -> str:
    """Further examples as a file of Rasa's training data (YAML)."""
    blocks = [
        {
            "intent": intent,
            "metadata": {"weight": WORDING_WEIGHT},
            "examples": "".join(f"- {text.translate(_PLAIN).strip()}\n" for text in texts),
        }
        for intent, texts in sorted(examples.items())
    ]
    return yaml.safe_dump({"version": "3.1", "nlu": blocks}, allow_unicode=True, sort_keys=False)


def _run_training(root: Path, model: Path, extra: Path | None) -> None:
    unfinished = model.with_name(f"unfinished-{model.name}")
    log = model.parent / "training.log"
    command = [
        str(rasa_python(root)), "-m", "bot.components.train",
        "--output", str(model.parent), "--name", unfinished.name,
        *(["--extra", str(extra)] if extra else []),
    ]  # fmt: skip
    with log.open("w") as output:
        try:
            done = subprocess.run(
                command,
                cwd=root,
                env=rasa_environment(root),
                stdout=output,
                stderr=subprocess.STDOUT,
                timeout=TRAINING_TIMEOUT_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise TrainingFailed("机器人训练超时。", log=str(log)) from error
    if done.returncode != 0 or not unfinished.exists():
        raise TrainingFailed(f"机器人训练失败，原因见 {log}。", log=str(log))
    # Renamed only when complete: a model that exists is a model that works.
    unfinished.replace(model)


def rasa_python(root: Path) -> Path:
    """Rasa's own interpreter. Raises TrainingFailed when the set-up has not made it."""
    python = root / ".venv-rasa" / "bin" / "python"
    if not python.exists():
        raise TrainingFailed(
            "没有找到 Rasa 的运行环境 .venv-rasa，请先执行 make run 或 make setup。"
        )
    return python


def rasa_environment(root: Path) -> dict[str, str]:
    """The environment for Rasa's processes: telemetry off, our components importable, no threads for BLAS.

    With two cores, BLAS threads only get in each other's way for sentences of ten words.
    """
    return os.environ | {
        "PYTHONPATH": str(root),
        "PYTHONUNBUFFERED": "1",
        "PYTHONWARNINGS": "ignore",
        "RASA_TELEMETRY_ENABLED": "false",
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "MPLCONFIGDIR": str(root / ".cache" / "matplotlib"),
    }
