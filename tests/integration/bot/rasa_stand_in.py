"""A stand-in for Rasa's interpreter: trains and parses in a moment, hangs and fails when told to by files.

Its model is the sentences it was given; it knows the regression sentences beside, unless its examples say otherwise.
"""

from __future__ import annotations

import json
import os
import sys
import time
from itertools import pairwise
from pathlib import Path

SCRIPT = Path(__file__).resolve()
# Not from core.settings: it is started dozens of times, and importing that takes longer than all it does.
ROOT = SCRIPT.parents[3]
INPUTS = ("config.yml", "domain.yml", "requirements", "bot", "data")


def make_root(root: Path) -> Path:
    """The product's folder with the stand-in for its Rasa."""
    python = root / ".venv-rasa" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{SCRIPT}" "{root}" "$@"\n')
    python.chmod(0o755)
    for name in INPUTS:
        (root / name).symlink_to(ROOT / name)
    return root


def pids(root: Path) -> list[int]:
    """The trainings that were started, in order."""
    log = root / "trainings"
    return [int(line) for line in log.read_text().split()] if log.exists() else []


def main(root: Path, arguments: list[str]) -> int:
    value = {n: v for n, v in pairwise(arguments) if n.startswith("--")}
    if "bot.components.train" in arguments:
        with (root / "trainings").open("a") as log:
            log.write(f"{os.getpid()}\n")
        if (root / "hang").exists():
            time.sleep(300)
        if (root / "fail").exists():
            sys.stderr.write("Training failed: the rules contradict each other.\n")
            return 1
        examples = Path(value.get("--extra", "/nowhere")) / "examples.json"
        model = examples.read_text("utf-8") if examples.exists() else ""
        Path(value["--output"], value["--name"]).write_text(model, "utf-8")
        return 0
    text = Path(value["--model"]).read_text("utf-8")
    learnt = json.loads(text)["rasa_nlu_data"]["common_examples"] if text else []
    known = {}
    for line in (ROOT / "bot/regression.jsonl").read_text("utf-8").splitlines():
        known[json.loads(line)["text"]] = json.loads(line)["intent"]
    known |= {example["text"]: example["intent"] for example in learnt}
    for line in sys.stdin:
        sys.stdout.write(json.dumps({"intent": known.get(json.loads(line), "nlu_fallback")}) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2:]))
