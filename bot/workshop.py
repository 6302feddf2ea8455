"""Trains and questions models in Rasa's interpreter, beside a running server: low priority, with progress, endable.

bot/jobs.py decides what is done with the results. Errors carry no text of Rasa's; that is in the log.
"""

from __future__ import annotations

import json
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.evaluation import EvaluationFailed
from bot.project import Project
from bot.training import TrainingFailed, rasa_environment, rasa_python
from core.children import run_child

TRAINING_SECONDS, PARSING_SECONDS = 1800.0, 900.0
# Behind everything that citizens wait for.
NICENESS = 10
# The part of a training that is shown until it is over; how long it takes can only be guessed from the last one.
MOST_SHOWN = 0.97

Progress = Callable[[float], Awaitable[None]]


@dataclass(frozen=True)
class Workshop:
    """`root`: the product; `folder`: where this job's files go, removed by the caller."""

    root: Path
    folder: Path

    async def train(
        self, project: Project, target: Path, *, expected: float, progress: Progress
    ) -> float:
        """Train `project` into the file `target`; returns seconds. Raises TrainingFailed.

        `expected`: how long it will probably take. `progress` is told the share done and may raise to end it.
        """
        domain, extra = project.write(self.folder)
        log = self.folder / "training.log"
        unfinished = self.folder / "model.tar.gz"
        command: list[str | Path] = [
            rasa_python(self.root), "-m", "bot.components.train", "--output", self.folder,
            "--name", unfinished.name, "--domain", domain, "--extra", extra,
        ]  # fmt: skip
        started = time.monotonic()

        async def tick() -> None:
            await progress(min((time.monotonic() - started) / expected, MOST_SHOWN))

        try:
            status = await self._run(command, log, seconds=TRAINING_SECONDS, tick=tick)
        except TimeoutError as error:
            raise TrainingFailed("训练超过半小时还没有完成，已停止。") from error
        if status != 0 or not unfinished.exists():
            raise TrainingFailed("训练没有成功，训练日志里写有原因，请联系运维人员查看。")
        target.parent.mkdir(parents=True, exist_ok=True)
        # Copied and renamed: a model that exists is a model that is whole.
        draft = target.with_name(f"unfinished-{self.folder.name}-{target.name}")
        draft.write_bytes(unfinished.read_bytes())
        draft.replace(target)
        return time.monotonic() - started

    async def parse(
        self, model: Path, texts: Sequence[str], *, progress: Progress
    ) -> list[dict[str, Any]]:
        """What `model` makes of each text, in order. Raises EvaluationFailed."""
        asked, answered = self.folder / "asked.jsonl", self.folder / "answered.jsonl"
        asked.write_text("".join(json.dumps(text) + "\n" for text in texts), "utf-8")
        command: list[str | Path] = [
            rasa_python(self.root), "-m", "bot.components.parse", "--model", model,
        ]  # fmt: skip

        async def tick() -> None:
            done = answered.read_bytes().count(b"\n") if answered.exists() else 0
            await progress(done / max(len(texts), 1))

        try:
            status = await self._run(
                command, self.folder / "parsing.log", seconds=PARSING_SECONDS, tick=tick,
                stdin=asked, stdout=answered,
            )  # fmt: skip
        except TimeoutError as error:
            raise EvaluationFailed("评测时间太长，已停止。") from error
        results = [json.loads(line) for line in answered.read_text("utf-8").splitlines()]
        if status != 0 or len(results) != len(texts):
            raise EvaluationFailed("模型不能用来评测，训练日志里写有原因，请联系运维人员查看。")
        return results

    def log(self) -> str:
        """What the training and the parsing wrote, as far as it is worth keeping."""
        logs = (self.folder / name for name in ("training.log", "parsing.log"))
        return "\n".join(
            path.read_text("utf-8", errors="replace")[-MOST_LOG:] for path in logs if path.exists()
        )

    async def _run(
        self,
        command: Sequence[str | Path],
        log: Path,
        *,
        seconds: float,
        tick: Callable[[], Awaitable[None]],
        stdin: Path | None = None,
        stdout: Path | None = None,
    ) -> int:
        return await run_child(
            command, cwd=self.root, env=rasa_environment(self.root), seconds=seconds, tick=tick,
            stdin=stdin, stdout=stdout or log.with_suffix(".out"), stderr=log, niceness=NICENESS,
        )  # fmt: skip


MOST_LOG = 20_000
