"""The regression gate: what the running model and a new one make of the same sentences. Pure.

Only sentences whose intent the running model knows are compared: those of a new intent it cannot get right, and
they would hide what the new model gets wrong elsewhere.
"""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Mapping, Sequence

from pydantic import BaseModel

from bot.editing.data import OwnSentence

# Sentences shown by name; the counts say how many there are.
SHOWN = 200


class Score(BaseModel):
    """Of the sentences compared; shares 0..1."""

    right: int
    accuracy: float
    macro_f1: float


class Change(BaseModel):
    """What became of one sentence. Intents are names."""

    text: str
    expected: str
    before: str
    now: str


class Comparison(BaseModel):
    """`compared` sentences of `sentences`; `added` are those of intents the running model does not know.

    `worse`: right before and wrong now; `better` the other way round. `passed`: not fewer right than before.
    """

    sentences: int
    compared: int
    before: Score
    after: Score
    worse: list[Change]
    better: list[Change]
    added: int
    added_right: int
    passed: bool


def compare(
    sentences: Sequence[OwnSentence],
    before: Sequence[str],
    after: Sequence[str],
    known: frozenset[str],
) -> Comparison:
    """`before` and `after` are the intents understood, in order; `known` those of the running model."""
    rows = list(zip(sentences, before, after, strict=True))
    old = [row for row in rows if row[0].intent in known]
    new = [row for row in rows if row[0].intent not in known]
    was, now = (
        _score([(s.intent, b) for s, b, _ in old]),
        _score([(s.intent, a) for s, _, a in old]),
    )
    worse = [_change(*row) for row in old if row[1] == row[0].intent != row[2]]
    better = [_change(*row) for row in old if row[2] == row[0].intent != row[1]]
    return Comparison(
        sentences=len(rows), compared=len(old), before=was, after=now, worse=worse[:SHOWN],
        better=better[:SHOWN], added=len(new), added_right=sum(s.intent == a for s, _, a in new),
        passed=now.right >= was.right,
    )  # fmt: skip


def _change(sentence: OwnSentence, before: str, after: str) -> Change:
    return Change(text=sentence.text, expected=sentence.intent, before=before, now=after)


def _score(pairs: Sequence[tuple[str, str]]) -> Score:
    right = Counter(expected for expected, got in pairs if expected == got)
    expected = Counter(expected for expected, _ in pairs)
    got = Counter(got for _, got in pairs)
    f1: Mapping[str, float] = {
        intent: 2 * right[intent] / (expected[intent] + got[intent]) for intent in expected
    }
    return Score(
        right=right.total(),
        accuracy=right.total() / len(pairs) if pairs else 1.0,
        macro_f1=statistics.fmean(f1.values()) if f1 else 1.0,
    )
