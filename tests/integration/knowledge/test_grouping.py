"""Unanswered questions are grouped by what they are about; measured on forty topics in four wordings each.

The wordings share few words on purpose. The floors lie a little under what was measured with the shipped content's
encoder (docs/adr/0020-learning-loop.md).
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from sklearn.metrics import adjusted_rand_score, v_measure_score

from core.settings import ROOT
from knowledge.articles.seed import CONTENT, read_file
from knowledge.learning.grouping import MOST_COMPARED, Grouping
from knowledge.retrieval.analysis import Analyser
from knowledge.retrieval.encoder import load_encoder
from knowledge.retrieval.entries import passages
from knowledge.retrieval.models import EncoderStore
from knowledge.retrieval.training import TrainingArticle

GROUPS = Path(__file__).resolve().parents[2] / "data" / "knowledge" / "unknown_groups.jsonl"


@pytest.fixture(scope="module")
def grouping(analyser: Analyser) -> Grouping:
    files = [read_file(path) for path in sorted(CONTENT.glob("articles/*.yaml"))]
    articles = [article for file in files for article in file.articles.values()]
    store = EncoderStore(ROOT / ".cache" / "knowledge" / "encoders")
    # Any encoder of about this content will do; the exact one only where there is none.
    learnt = [TrainingArticle([a.question, *a.similar], passages(a.answer_md)) for a in articles]
    folder = store.exact(learnt) or store.closest(learnt) or store.train(learnt)
    return Grouping(analyser, load_encoder(str(folder), analyser), [a.question for a in articles])


@pytest.fixture(scope="module")
def labelled() -> tuple[list[str], list[str]]:
    rows = [json.loads(line) for line in GROUPS.read_text("utf-8").splitlines()]
    return [row["text"] for row in rows], [row["group"] for row in rows]


def purity(truth: list[str], labels: list[int]) -> float:
    """Share of questions whose group is mostly about the same topic as they are."""
    of_label: dict[int, Counter[str]] = {}
    for topic, label in zip(truth, labels, strict=True):
        of_label.setdefault(label, Counter())[topic] += 1
    return sum(counts.most_common(1)[0][1] for counts in of_label.values()) / len(truth)


def test_topics_come_out_as_groups(
    grouping: Grouping, labelled: tuple[list[str], list[str]]
) -> None:
    texts, topics = labelled
    labels = grouping.group(texts).tolist()
    assert purity(topics, labels) >= 0.68
    assert v_measure_score(topics, labels) >= 0.79
    # By chance it would be 0; one group a question gives 0 as well, however pure.
    assert adjusted_rand_score(topics, labels) >= 0.25


def test_the_order_of_the_questions_does_not_matter(
    grouping: Grouping, labelled: tuple[list[str], list[str]]
) -> None:
    texts = labelled[0]
    order = np.random.default_rng(5).permutation(len(texts))
    there, back = grouping.group(texts), grouping.group([texts[i] for i in order])
    assert adjusted_rand_score(there[order], back) > 0.98


def test_repetitions_and_other_spellings_stay_together(grouping: Grouping) -> None:
    texts = [
        "大厅有停车场吗",
        "大厅有停车场吗？",
        "大廳有停車場嗎",
        "护照在哪里办",
        "  大厅有停车场吗 ",
    ]
    labels = grouping.group(texts)
    assert len({labels[i] for i in (0, 1, 2, 4)}) == 1
    assert labels[3] != labels[0]


@pytest.mark.parametrize("texts", [[], ["一"], ["？？？"], ["😀", "😀😀", "！"], ["的"] * 3])
def test_few_or_meaningless_texts_are_grouped_without_fuss(
    grouping: Grouping, texts: list[str]
) -> None:
    labels = grouping.group(texts)
    assert len(labels) == len(texts)
    assert sorted(set(labels.tolist())) == list(range(len(set(labels.tolist()))))


def test_what_is_not_compared_with_all_others_joins_the_nearest_group(
    grouping: Grouping, labelled: tuple[list[str], list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    texts, topics = labelled
    monkeypatch.setattr("knowledge.learning.grouping.MOST_COMPARED", 80)
    assert MOST_COMPARED > 80
    labels = grouping.group(texts).tolist()
    assert purity(topics, labels) >= 0.6
    assert adjusted_rand_score(topics, labels) >= 0.15


def test_the_most_typical_wording_comes_first_and_the_next_are_unlike_it(
    grouping: Grouping,
) -> None:
    texts = ["大厅有停车场吗"] * 5 + ["大厅有停车场没有", "开车来能停吗", "停车怎么收费"]
    examples = grouping.typical(texts, 3)
    assert examples[0] == "大厅有停车场吗"
    assert len(set(examples)) == 3
    assert "大厅有停车场没有" not in examples
