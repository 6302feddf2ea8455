"""Scores found entities against labelled sentences: `python -m bot.entity_evaluation FILE.jsonl`, `bangban nlu eval`.

A mention is right when kind, value, start and end are all right. What counts: docs/nlu-values.md.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from bot.training import rasa_environment, rasa_python
from core.errors import BangbanError, InvalidInput
from core.settings import ROOT


class ExtractionFailed(BangbanError):
    code, default_message = "extraction_failed", "实体评测没有完成。"


class Mention(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)

    entity: str
    value: Any
    start: int
    end: int

    @property
    def key(self) -> str:
        """Equal for mentions that are the same in every part."""
        parts = (self.entity, self.value, self.start, self.end)
        return json.dumps(parts, ensure_ascii=False, sort_keys=True)


class LabelledSentence(BaseModel):
    """One line of the file. `today`: the day relative dates count from, YYYY-MM-DD."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    text: str
    today: str | None = None
    entities: list[Mention]


@dataclass(frozen=True)
class Score:
    """Shares are 0..1; f1 counts mentions, `right` of `found` among `expected`."""

    expected: int
    found: int
    right: int

    @property
    def f1(self) -> float:
        both = self.expected + self.found
        return 2 * self.right / both if both else 1.0


@dataclass(frozen=True)
class EntityReport:
    """`wrong`: per sentence what was missed and what was found instead, for looking at development sets."""

    sentences: int
    micro_f1: float
    precision: float
    recall: float
    macro_f1: float
    sentences_all_right: float
    milliseconds_p50: float
    milliseconds_p95: float
    f1_by_kind: dict[str, float]
    wrong: list[dict[str, Any]]

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


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


def evaluate_entities(root: Path, sentences: Sequence[LabelledSentence]) -> EntityReport:
    """Extract and compare. Raises ExtractionFailed."""
    return report(sentences, extract_all(root, sentences))


def report(
    sentences: Sequence[LabelledSentence], results: Sequence[dict[str, Any]]
) -> EntityReport:
    """The report for what extract_all returned."""
    found = [[Mention(**mention) for mention in result["entities"]] for result in results]
    return score_entities(sentences, found, [result["milliseconds"] for result in results])


def score_entities(
    sentences: Sequence[LabelledSentence],
    found: Sequence[Sequence[Mention]],
    milliseconds: Sequence[float],
) -> EntityReport:
    """The report for what was found in each sentence. Pure."""
    expected_by, found_by, right_by = Counter[str](), Counter[str](), Counter[str]()
    wrong = []
    for sentence, mentions in zip(sentences, found, strict=True):
        wanted = Counter(m.key for m in sentence.entities)
        got = Counter(m.key for m in mentions)
        expected_by.update(_kinds(wanted))
        found_by.update(_kinds(got))
        right_by.update(_kinds(wanted & got))
        if wanted != got:
            missed, extra = sorted((wanted - got).elements()), sorted((got - wanted).elements())
            wrong.append({"text": sentence.text, "missed": missed, "extra": extra})
    by_kind = {
        kind: Score(expected_by[kind], found_by[kind], right_by[kind])
        for kind in sorted({*expected_by, *found_by})
    }
    total = Score(expected_by.total(), found_by.total(), right_by.total())
    times = sorted(milliseconds)
    return EntityReport(
        sentences=len(sentences),
        micro_f1=total.f1,
        precision=total.right / total.found if total.found else 1.0,
        recall=total.right / total.expected if total.expected else 1.0,
        macro_f1=statistics.fmean([s.f1 for s in by_kind.values()]) if by_kind else 1.0,
        sentences_all_right=1 - len(wrong) / len(sentences),
        milliseconds_p50=times[len(times) // 2],
        milliseconds_p95=times[int(len(times) * 0.95)],
        f1_by_kind={kind: score.f1 for kind, score in by_kind.items()},
        wrong=wrong,
    )


def _kinds(keys: Mapping[str, int]) -> Counter[str]:
    kinds = Counter[str]()
    for key, count in keys.items():
        kinds[json.loads(key)[0]] += count
    return kinds


def main() -> None:
    parser = argparse.ArgumentParser(description="Score the entity extractor on a labelled file")
    parser.add_argument("file", type=Path)
    parser.add_argument("--wrong", action="store_true", help="print the sentences that are wrong")
    arguments = parser.parse_args()
    figures = evaluate_entities(ROOT, read_sentences(arguments.file)).as_dict()
    wrong = figures.pop("wrong")
    if arguments.wrong:
        figures["wrong"] = wrong
    sys.stdout.write(json.dumps(figures, ensure_ascii=False, indent=1) + "\n")


if __name__ == "__main__":
    main()
