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

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from bot.entity_scores import EntityReport, LabelledEntity, score_entities
from bot.training import rasa_environment, rasa_python
from core.errors import BangbanError, InvalidInput
from core.settings import ROOT

OUT_OF_SCOPE = "out_of_scope"
FALLBACK = "nlu_fallback"
REFUSED = (OUT_OF_SCOPE, FALLBACK)
# Intent -> its group in bot/intents.yml.
INTENTS: dict[str, str] = {
    intent: group
    for group, members in yaml.safe_load((ROOT / "bot/intents.yml").read_text("utf-8")).items()
    for intent in members
}


class EvaluationFailed(BangbanError):
    code, default_message = "evaluation_failed", "评测没有完成。"


class Example(BaseModel):
    """One line of the file."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    text: str
    intent: str
    # None when the line says nothing about them.
    entities: list[LabelledEntity] | None = None


@dataclass(frozen=True)
class Guess:
    """What the model makes of a sentence; confidence 0..1."""

    intent: str
    confidence: float
    entities: list[LabelledEntity]


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
    accuracy_in_scope: the share of all other sentences that were understood; accuracy_not_refused: of those that
    were not refused.
    tasks_as_questions: the share of wishes for a task that were taken for a question; questions_as_tasks: the
    other way round.
    accuracy_unseen: without the sentences that stand word for word in the training data (their number:
    trained_on); a bot has to know 您好 and 好的, so that short ones stand in both.
    """

    sentences: int
    accuracy: float
    macro_f1: float
    out_of_scope_recall: float | None
    out_of_scope_recognised: float | None
    refused_in_scope: float | None
    accuracy_in_scope: float | None
    accuracy_not_refused: float | None
    tasks_as_questions: float | None
    questions_as_tasks: float | None
    trained_on: int
    accuracy_unseen: float | None
    entities: EntityReport | None
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


def guess_all(
    root: Path, model: Path, examples: Sequence[Example]
) -> tuple[list[Guess], list[float]]:
    """The model's guess for each example, and the milliseconds each took. Raises EvaluationFailed."""
    results = parse_all(root, model, [example.text for example in examples])
    guesses = [
        Guess(
            str(result["intent"]),
            float(result["confidence"]),
            [LabelledEntity.model_validate(entity) for entity in result["entities"]],
        )
        for result in results
    ]
    return guesses, [float(result["milliseconds"]) for result in results]


def evaluate(
    root: Path, model: Path, examples: Sequence[Example], trained: Iterable[str] = ()
) -> Report:
    """Parse all examples and compare. `trained`: the sentences of the training data."""
    guesses, times = guess_all(root, model, examples)
    return score(list(zip(examples, guesses, strict=True)), times, trained)


def score(
    pairs: Sequence[tuple[Example, Guess]],
    milliseconds: Sequence[float],
    trained: Iterable[str] = (),
) -> Report:
    """The report for examples and what was made of them. Pure."""
    intents = [(example, guess.intent) for example, guess in pairs]
    expected = Counter(example.intent for example, _ in intents)
    got = Counter(intent for _, intent in intents)
    right = Counter(example.intent for example, intent in intents if example.intent == intent)
    f1 = {
        intent: 2 * right[intent] / (expected[intent] + got[intent]) for intent in sorted(expected)
    }
    outside = [intent for example, intent in intents if example.intent == OUT_OF_SCOPE]
    inside = [pair for pair in intents if pair[0].intent != OUT_OF_SCOPE]
    kept = [pair for pair in inside if pair[1] not in REFUSED]
    tasks = [intent for example, intent in inside if _is_task(example.intent)]
    questions = [intent for example, intent in inside if _is_question(example.intent)]
    known = set(trained)
    unseen = [pair for pair in intents if pair[0].text not in known]
    labelled = [(e.entities, g.entities) for e, g in pairs if e.entities is not None]
    times = sorted(milliseconds)
    return Report(
        sentences=len(pairs),
        accuracy=right.total() / len(pairs),
        macro_f1=statistics.fmean(f1.values()),
        out_of_scope_recall=_share(outside, REFUSED),
        out_of_scope_recognised=_share(outside, (OUT_OF_SCOPE,)),
        refused_in_scope=_share([intent for _, intent in inside], REFUSED),
        accuracy_in_scope=_accuracy(inside),
        accuracy_not_refused=_accuracy(kept),
        tasks_as_questions=_share(tasks, set(filter(_is_question, tasks))),
        questions_as_tasks=_share(questions, set(filter(_is_task, questions))),
        trained_on=len(intents) - len(unseen),
        accuracy_unseen=_accuracy(unseen),
        entities=score_entities(labelled) if labelled else None,
        parse_milliseconds_p50=times[len(times) // 2],
        parse_milliseconds_p95=times[int(len(times) * 0.95)],
        f1_by_intent=f1,
        confusion=_confusion(intents),
    )


def _is_question(intent: str) -> bool:
    return intent.startswith("ask_")


def _is_task(intent: str) -> bool:
    return INTENTS.get(intent) == "task"


def _accuracy(pairs: Sequence[tuple[Example, str]]) -> float | None:
    return sum(e.intent == intent for e, intent in pairs) / len(pairs) if pairs else None


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
