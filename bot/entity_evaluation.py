"""Measures the entity extractor alone, without a model: `python -m bot.entity_evaluation FILE.jsonl`, and tests.

The files label sentences of one given day with their values (docs/nlu-values.md), without intents; what a model
makes of intents and entities together is measured by bot/evaluation.py. Scored by bot/entity_scores.py.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from bot.entity_scores import EntityReport, LabelledEntity, score_entities
from bot.training import rasa_environment, rasa_python
from core.errors import BangbanError, InvalidInput
from core.settings import ROOT


class ExtractionFailed(BangbanError):
    code, default_message = "extraction_failed", "实体评测没有完成。"


class LabelledSentence(BaseModel):
    """One line of the file. `today`: the day relative dates count from, YYYY-MM-DD."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    text: str
    today: str | None = None
    entities: list[LabelledEntity]


@dataclass(frozen=True)
class ExtractionReport:
    """`all_right`: share of sentences without any mistake, 0..1. `wrong`: what was missed and what was found
    instead, for looking at the sentences one works with."""

    scores: EntityReport
    all_right: float
    milliseconds_p50: float
    milliseconds_p95: float
    wrong: list[dict[str, Any]]


def read_sentences(path: Path) -> list[LabelledSentence]:
    """The lines of the file. Raises InvalidInput naming the first bad line."""
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInput(f"读不了文件 {path}。") from error
    sentences = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            sentences.append(LabelledSentence.model_validate_json(line))
        except ValidationError as error:
            raise InvalidInput(
                f"{path.name} 第{number}行不对：每行要有 text 和 entities。", line=number
            ) from error
    if not sentences:
        raise InvalidInput(f"{path.name} 里没有句子。")
    return sentences


def extract_all(root: Path, sentences: Sequence[LabelledSentence]) -> list[dict[str, Any]]:
    """What the extractor finds in each sentence, in order. Raises ExtractionFailed."""
    asked = [json.dumps({"text": s.text, "today": s.today}) + "\n" for s in sentences]
    done = subprocess.run(
        [str(rasa_python(root)), "-m", "bot.components.extract"],
        cwd=root,
        env=rasa_environment(root),
        input="".join(asked),
        capture_output=True,
        text=True,
        check=False,
    )
    results = [json.loads(line) for line in done.stdout.splitlines()]
    if done.returncode != 0 or len(results) != len(sentences):
        last = done.stderr.strip().splitlines()[-1:] or ["?"]
        raise ExtractionFailed(f"实体评测没有完成：{last[0]}")
    return results


def evaluate_entities(root: Path, sentences: Sequence[LabelledSentence]) -> ExtractionReport:
    """Extract and compare. Raises ExtractionFailed."""
    return report(sentences, extract_all(root, sentences))


def report(
    sentences: Sequence[LabelledSentence], results: Sequence[dict[str, Any]]
) -> ExtractionReport:
    """The report for what extract_all returned. Pure."""
    pairs, wrong = [], []
    for sentence, result in zip(sentences, results, strict=True):
        found = [LabelledEntity.model_validate(entity) for entity in result["entities"]]
        pairs.append((sentence.entities, found))
        wanted, got = ({e.key for e in entities} for entities in pairs[-1])
        if wanted != got or len(found) != len(sentence.entities):
            missed, extra = sorted(wanted - got), sorted(got - wanted)
            wrong.append({"text": sentence.text, "missed": missed, "extra": extra})
    times = sorted(float(result["milliseconds"]) for result in results)
    return ExtractionReport(
        scores=score_entities(pairs),
        all_right=1 - len(wrong) / len(sentences),
        milliseconds_p50=times[len(times) // 2],
        milliseconds_p95=times[int(len(times) * 0.95)],
        wrong=wrong,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description="Score the entity extractor on a labelled file")
    parser.add_argument("file", type=Path)
    parser.add_argument("--wrong", action="store_true", help="print the sentences that are wrong")
    arguments = parser.parse_args()
    figures = asdict(evaluate_entities(ROOT, read_sentences(arguments.file)))
    wrong = figures.pop("wrong")
    if arguments.wrong:
        figures["wrong"] = wrong
    sys.stdout.write(json.dumps(figures, ensure_ascii=False, indent=1) + "\n")


if __name__ == "__main__":
    main()
