"""Measures the classifier on labelled sentences: `bangban nlu eval FILE.jsonl` and the regression test."""

from __future__ import annotations

import json
import statistics
import subprocess
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from bot.training import rasa_environment, rasa_python
from core.errors import BangbanError, InvalidInput

OUT_OF_SCOPE = "out_of_scope"
FALLBACK = "nlu_fallback"


class EvaluationFailed(BangbanError):
    code, default_message = "evaluation_failed", "评测没有完成。"


class Example(BaseModel):
    """One line of the file."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    text: str
    intent: str


@dataclass(frozen=True)
class Confusion:
    expected: str
    got: str
    count: int
    examples: list[str]


@dataclass(frozen=True)
class Report:
    """Shares are 0..1. A message the classifier gave up on (nlu_fallback) counts as refused, not as right.

    out_of_scope_recall: the share of out-of-scope sentences that were recognised or given up on.
    out_of_scope_recognised: the share recognised as such, which are never looked up in the knowledge base.
    refused_in_scope: the share of all other sentences that were taken for out of scope or given up on.
    """

    sentences: int
    accuracy: float
    macro_f1: float
    out_of_scope_recall: float | None
    out_of_scope_recognised: float | None
    refused_in_scope: float | None
    parse_milliseconds_p50: float
    parse_milliseconds_p95: float
    f1_by_intent: dict[str, float]
    confusion: list[Confusion]

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def read_examples(path: Path) -> list[Example]:
    """The lines of the file. Raises InvalidInput naming the first bad line."""
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInput(f"读不了文件 {path}。") from error
    examples: list[Example] = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            examples.append(Example.model_validate_json(line))
        except ValidationError as error:
            raise InvalidInput(
                f"{path.name} 第{number}行不对：每行要有 text 和 intent。", line=number
            ) from error
    if not examples:
        raise InvalidInput(f"{path.name} 里没有句子。")
    return examples


def parse_all(
    root: Path, model: Path, texts: Sequence[str], config: Path | None = None
) -> list[dict[str, Any]]:
    """What the model makes of each text, in order. Raises EvaluationFailed."""
    command = [str(rasa_python(root)), "-m", "bot.components.parse", "--model", str(model)]
    if config is not None:
        command += ["--config", str(config)]
    done = subprocess.run(
        command,
        cwd=root,
        env=rasa_environment(root),
        input="".join(json.dumps(text) + "\n" for text in texts),
        capture_output=True,
        text=True,
        check=False,
    )
    results = [json.loads(line) for line in done.stdout.splitlines()]
    if done.returncode != 0 or len(results) != len(texts):
        last = done.stderr.strip().splitlines()[-1:] or ["?"]
        raise EvaluationFailed(f"Rasa 没有完成解析：{last[0]}")
    return results


def evaluate(root: Path, model: Path, examples: Sequence[Example]) -> Report:
    """Parse all examples and compare."""
    results = parse_all(root, model, [example.text for example in examples])
    times = sorted(result["milliseconds"] for result in results)
    pairs = [
        (example, str(result["intent"])) for example, result in zip(examples, results, strict=True)
    ]
    return score(pairs, times)


def score(pairs: Sequence[tuple[Example, str]], milliseconds: Sequence[float]) -> Report:
    """The report for (example, predicted intent). Pure."""
    expected = Counter(example.intent for example, _ in pairs)
    got = Counter(intent for _, intent in pairs)
    right = Counter(example.intent for example, intent in pairs if example.intent == intent)
    f1 = {
        intent: 2 * right[intent] / (expected[intent] + got[intent]) for intent in sorted(expected)
    }
    outside = [intent for example, intent in pairs if example.intent == OUT_OF_SCOPE]
    inside = [intent for example, intent in pairs if example.intent != OUT_OF_SCOPE]
    times = sorted(milliseconds)
    return Report(
        sentences=len(pairs),
        accuracy=right.total() / len(pairs),
        macro_f1=statistics.fmean(f1.values()),
        out_of_scope_recall=_share(outside, (OUT_OF_SCOPE, FALLBACK)),
        out_of_scope_recognised=_share(outside, (OUT_OF_SCOPE,)),
        refused_in_scope=_share(inside, (OUT_OF_SCOPE, FALLBACK)),
        parse_milliseconds_p50=times[len(times) // 2],
        parse_milliseconds_p95=times[int(len(times) * 0.95)],
        f1_by_intent=f1,
        confusion=_confusion(pairs),
    )


def _share(intents: Sequence[str], wanted: Iterable[str]) -> float | None:
    wanted = set(wanted)
    return sum(intent in wanted for intent in intents) / len(intents) if intents else None


def _confusion(pairs: Sequence[tuple[Example, str]]) -> list[Confusion]:
    wrong: dict[tuple[str, str], list[str]] = {}
    for example, intent in pairs:
        if example.intent != intent:
            wrong.setdefault((example.intent, intent), []).append(example.text)
    ranked = sorted(wrong.items(), key=lambda item: (-len(item[1]), item[0]))
    return [Confusion(e, g, len(texts), texts[:5]) for (e, g), texts in ranked]
