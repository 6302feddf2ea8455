"""Ranking and probability from several signals."""

from __future__ import annotations

import pytest

from knowledge.retrieval.bands import Thresholds
from knowledge.retrieval.calibration import Calibration
from knowledge.retrieval.fusion import Context, Evidence, Model, Signals, fuse

MODEL = Model(
    rank=Signals(*[0.0] * len(Signals._fields))._replace(dense=2.0, lexical=1.0, conflict=-1.0),
    certainty=Evidence(*[0.0] * len(Evidence._fields))._replace(bias=-1.0, value=1.0, lead=1.0),
)
KNOWN = Context(1.0, 1.0, 1.0)


def test_the_best_sum_of_weighted_signals_comes_first() -> None:
    scored = fuse([Signals(dense=0.2), Signals(dense=0.9), Signals(lexical=1.0)], KNOWN, MODEL, 3)
    assert [s.position for s in scored] == [1, 2, 0]


def test_naming_another_side_of_a_contrast_counts_against_a_candidate() -> None:
    scored = fuse([Signals(dense=0.9, conflict=1.0), Signals(dense=0.8)], KNOWN, MODEL, 2)
    assert scored[0].position == 1


def test_a_clear_lead_makes_surer_than_a_close_race() -> None:
    clear = fuse([Signals(dense=0.9), Signals(dense=0.1)], KNOWN, MODEL, 1)[0]
    close = fuse([Signals(dense=0.9), Signals(dense=0.89)], KNOWN, MODEL, 1)[0]
    assert clear.probability > close.probability


def test_probabilities_fall_with_the_rank_and_sum_to_at_most_one() -> None:
    scored = fuse([Signals(dense=x, lexical=x) for x in (1.0, 0.99, 0.98, 0.97)], KNOWN, MODEL, 4)
    chances = [s.probability for s in scored]
    assert chances == sorted(chances, reverse=True)
    assert sum(chances) <= 1.0 + 1e-9


def test_equal_candidates_keep_their_order() -> None:
    assert [s.position for s in fuse([Signals()] * 3, KNOWN, MODEL, 3)] == [0, 1, 2]


def test_no_candidates_give_no_scores() -> None:
    assert fuse([], KNOWN, MODEL, 3) == []


def test_extreme_values_stay_probabilities() -> None:
    (scored,) = fuse([Signals(dense=1e6)], KNOWN, MODEL, 1)
    assert 0.0 <= scored.probability <= 1.0


@pytest.mark.parametrize(
    ("chance", "band"),
    [(0.9, "answer"), (0.6, "answer"), (0.59, "guide"), (0.2, "guide"), (0.1, "unknown")],
)  # fmt: skip
def test_the_band_follows_from_the_thresholds(chance: float, band: str) -> None:
    assert Thresholds(answer=0.6, guide=0.2).band(chance) == band


def test_thresholds_in_the_wrong_order_are_refused() -> None:
    with pytest.raises(ValueError, match="guide"):
        Thresholds(answer=0.2, guide=0.6)


def test_the_shipped_calibration_lets_only_contradiction_and_presumption_count_against_an_article() -> (
    None
):
    shipped = Calibration.load()
    negative = [n for n, w in shipped.model.rank._asdict().items() if w < 0]
    assert set(negative) <= {"conflict", "presumed"}
    assert shipped.thresholds.guide < shipped.thresholds.answer


def test_a_calibration_survives_saving(tmp_path) -> None:
    shipped = Calibration.load()
    shipped.save(tmp_path / "calibration.json")
    assert Calibration.load(tmp_path / "calibration.json") == shipped
