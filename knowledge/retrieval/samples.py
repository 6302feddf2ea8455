"""Questions with known answers to fit the score on: wordings left out of training, and labelled files."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import yaml
from numpy.typing import NDArray

from knowledge.retrieval.analysis import Analyser
from knowledge.retrieval.calibration import Calibration
from knowledge.retrieval.encoder import load_encoder
from knowledge.retrieval.entries import Entry
from knowledge.retrieval.evaluate import Case
from knowledge.retrieval.fusion import Context, Signals
from knowledge.retrieval.index import KnowledgeIndex
from knowledge.retrieval.models import training_articles
from knowledge.retrieval.training import train
from knowledge.retrieval.vocabulary import DATA

FOLDS = 4
_SEED = 11


@dataclass(frozen=True)
class Sample:
    """One query's candidates; `right` is the right one's position, or None when there is none.

    `kind`: unseen (a wording left out), labelled (from a file), near (a wording typed a little differently),
    missing (its article is hidden), refused (nothing here answers it).
    """

    kind: str
    signals: list[Signals]
    context: Context
    right: int | None


def collect(
    entries: Sequence[Entry], analyser: Analyser, labelled: Sequence[Case] = ()
) -> list[Sample]:
    """Each fold leaves a wording of every article out of index and encoder and asks for it."""
    samples = [s for fold in range(FOLDS) for s in _fold_samples(entries, fold, analyser)]
    return [*samples, *_labelled_samples(entries, labelled, analyser)]


def _index(entries: Sequence[Entry], analyser: Analyser) -> KnowledgeIndex:
    with tempfile.TemporaryDirectory() as name:
        train(training_articles(entries), Path(name) / "model", analyser)
        encoder = load_encoder(str(Path(name) / "model"), analyser)
    return KnowledgeIndex(
        entries, analyser=analyser, encoder=encoder, calibration=Calibration.load()
    )


def _labelled_samples(
    entries: Sequence[Entry], labelled: Sequence[Case], analyser: Analyser
) -> Iterator[Sample]:
    if not labelled:
        return
    index = _index(entries, analyser)
    everything = np.ones(len(entries), dtype=bool)
    places = {e.question: i for i, e in enumerate(entries)}
    for case in labelled:
        if not case.expected:
            # What hangs on a word the citizen left out (mixups.py) is no reason to doubt the score.
            if case.forbidden:
                continue
            yield _sample(index, "refused", case.query, everything, None)
        elif right := [places[q] for q in case.expected if q in places]:
            yield _sample(index, "labelled", case.query, everything, right[0])


def _fold_samples(entries: Sequence[Entry], fold: int, analyser: Analyser) -> Iterator[Sample]:
    choice = random.Random(_SEED + fold)
    held = [(i, e.similar[fold]) for i, e in enumerate(entries) if len(e.similar) > fold]
    kept = [
        replace(e, similar=tuple(s for k, s in enumerate(e.similar) if k != fold)) for e in entries
    ]
    index = _index(kept, analyser)
    everything = np.ones(len(kept), dtype=bool)
    for i, wording in held:
        yield _sample(index, "unseen", wording, everything, i)
        without = everything.copy()
        without[i] = False
        yield _sample(index, "missing", wording, without, None)
    for i, entry in enumerate(kept):
        yield _sample(index, "near", _vary(choice.choice(entry.wordings), choice), everything, i)
    for text in _refused()[fold::FOLDS]:
        yield _sample(index, "refused", text, everything, None)


def _sample(
    index: KnowledgeIndex, kind: str, text: str, visible: NDArray[np.bool_], right: int | None
) -> Sample:
    found = index.candidates(text, visible)
    # A hidden entry is no candidate; `right` is None for queries nothing here answers.
    places = [] if right is None else np.flatnonzero(found.entries == right).tolist()
    return Sample(kind, found.signals, found.context, places[0] if places else None)


def _refused() -> list[str]:
    groups = yaml.safe_load((DATA / "refused.yaml").read_text("utf-8"))
    return [str(text) for texts in groups.values() for text in texts]


def _vary(text: str, choice: random.Random) -> str:
    """A wording as it is often typed: as it stands, with a word before or after it, or a character lost."""
    kind = choice.random()
    if kind < 0.25:
        return text
    if kind < 0.5:
        return choice.choice(["请问", "那", "我想问下", "现在", "你好，", "帮我看看"]) + text
    if kind < 0.7:
        return text.rstrip("吗呢？") + choice.choice(["啊", "呢", "呀", "，急", "谢谢", "？？"])
    place = choice.randrange(len(text))
    return text[:place] + text[place + 1 :]
