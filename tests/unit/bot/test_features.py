"""What the classifier sees of a sentence, and the decision on it, without Rasa."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bot.components import concepts, linear
from bot.components.concepts import Concepts
from bot.components.features import MAX_LENGTH, Featurizer, normalise
from bot.components.linear import LinearModel
from core.settings import ROOT

SYNONYMS = {"查看": {"查看", "瞅一眼", "看看"}, "余额": {"余额", "剩多少"}, "看": {"看"}}
WEIGHTS = {"characters": 1.0, "words": 1.0, "sounds": 0.7, "concepts": 0.7, "concept_pairs": 0.5}
CONFIG = {"margin_c": 1.0, "balance": 0.9, "intent_weights": {"out_of_scope": 3}}


def words(text: str) -> tuple[str, list[str]]:
    return text, list(text)


def fitted(*texts: str) -> Featurizer:
    featurizer = Featurizer(WEIGHTS, SYNONYMS)
    featurizer.fit([words(text) for text in texts])
    return featurizer


def dense(featurizer: Featurizer, text: str) -> np.ndarray:
    return featurizer.matrix([words(text)]).toarray()[0]


def test_numbers_case_and_closing_marks_say_nothing() -> None:
    assert normalise("我要查 APP 2025！！") == normalise("我要查 app 1？")


def test_a_concept_is_found_by_any_wording_and_only_the_longest_counts() -> None:
    found = Concepts(SYNONYMS, normalise)
    assert found.find("看看剩多少") == ["查看", "余额"]
    assert found.find("瞅一眼") == ["查看"]
    assert found.find("看") == ["看"]
    assert found.find("") == []


def test_overlapping_wordings_both_count() -> None:
    assert Concepts({"甲": {"甲乙"}, "乙": {"乙丙"}}, normalise).find("甲乙丙") == ["甲", "乙"]


def test_the_shipped_concepts_can_be_read() -> None:
    table = concepts.read(
        [ROOT / "data/concepts.yml", ROOT / "knowledge/retrieval/data/synonyms.yaml"]
    )
    assert "瞅一眼" in table["查看"]
    assert all(wordings for wordings in table.values())


def test_every_view_has_its_own_length() -> None:
    featurizer = fitted("查余额", "查余额吧", "提取")
    _, values = featurizer.vector(*words("查余额"))
    # Every view but the pairs of concepts has something to see in it.
    assert sum(v * v for v in values) == pytest.approx(1 + 1 + 0.7**2 + 0.7**2)


def test_homophones_sound_alike() -> None:
    featurizer = fitted("灵活就业", "灵活就业吗")
    sounds = slice(*_columns(featurizer, "sounds"))
    right, wrong = dense(featurizer, "灵活就业")[sounds], dense(featurizer, "灵活就夜")[sounds]
    assert right @ wrong == pytest.approx(right @ right)


def test_what_is_strange_weakens_what_is_known() -> None:
    featurizer = fitted("查余额", "查余额吧")
    known = featurizer.views["words"].columns["查"] + _columns(featurizer, "words")[0]
    alone, among = dense(featurizer, "查"), dense(featurizer, "查甲乙丙丁")
    assert 0 < among[known] < alone[known]
    unknown = _columns(featurizer, "words")[1] - 1
    assert among[unknown] > among[known]
    assert alone[unknown] == 0


def test_a_text_without_end_is_cut() -> None:
    featurizer = fitted("查余额", "查余额吧")
    characters = slice(*_columns(featurizer, "characters"))
    endless, long = (dense(featurizer, "查" * length) for length in (100_000, MAX_LENGTH))
    assert np.allclose(endless[characters], long[characters])


@pytest.mark.parametrize("text", ["", " ", "。", "\n", "😀", "^$", "\x00"])
def test_odd_texts_have_a_vector(text: str) -> None:
    _, values = fitted("查余额", "查余额吧").vector(*words(text))
    assert all(np.isfinite(values))


def _columns(featurizer: Featurizer, wanted: str) -> tuple[int, int]:
    first = 0
    for name, view in featurizer.views.items():
        if name == wanted:
            return first, first + view.width
        first += view.width
    raise KeyError(wanted)


def test_a_trained_model_knows_its_examples_and_comes_back_from_its_file(tmp_path: Path) -> None:
    examples = {
        "query_balance": [f"{v}余额{e}" for v in ("查", "看看") for e in ("", "吧", "呀", "啊")],
        "out_of_scope": [f"今天{w}{e}" for w in ("天气好", "下雨") for e in ("", "吗", "呢", "吧")],
        "thanks": [f"{w}谢谢{e}" for w in ("", "好的") for e in ("", "你", "您", "啦")],
    }
    texts = [text for group in examples.values() for text in group]
    labels = [intent for intent, group in examples.items() for _ in group]
    featurizer = fitted(*texts)
    matrix = featurizer.matrix([words(text) for text in texts])
    model = linear.fit(matrix, labels, [1.0] * len(labels), CONFIG)
    model.save(tmp_path / "weights.npz")
    loaded = LinearModel.load(tmp_path / "weights.npz")
    for text, label in (("瞅一眼余额", "query_balance"), ("今天下雨哦", "out_of_scope")):
        shares = loaded.probabilities(*featurizer.vector(*words(text)))
        assert shares.sum() == pytest.approx(1)
        assert loaded.classes[int(shares.argmax())] == label
