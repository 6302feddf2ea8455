"""How well the values in sentences are found: F1 over span, kind and value. Pure."""

from __future__ import annotations

import json
import statistics
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict


class LabelledEntity(BaseModel):
    """text[start:end] names a value; docs/nlu.md says what `value` is for each kind."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    entity: str
    value: Any
    start: int
    end: int

    @property
    def key(self) -> tuple[str, str, int, int]:
        """What has to be right for the entity to be right."""
        value = json.dumps(self.value, ensure_ascii=False, sort_keys=True)
        return self.entity, value, self.start, self.end


@dataclass(frozen=True)
class EntityReport:
    """`sentences`: those with labels, also empty ones. Micro: over all values; macro: the mean over the kinds."""

    sentences: int
    labelled: int
    found: int
    micro_f1: float
    macro_f1: float
    f1_by_kind: dict[str, float]


def score_entities(
    pairs: Iterable[tuple[Sequence[LabelledEntity], Sequence[LabelledEntity]]],
) -> EntityReport:
    """(labelled, found) of each sentence. A kind that is neither labelled nor found has no figure."""
    labelled: Counter[str] = Counter()
    found: Counter[str] = Counter()
    right: Counter[str] = Counter()
    sentences = 0
    for expected, got in pairs:
        sentences += 1
        wanted, had = Counter(e.key for e in expected), Counter(e.key for e in got)
        labelled.update(e.entity for e in expected)
        found.update(e.entity for e in got)
        right.update(key[0] for key in (wanted & had).elements())
    by_kind = {
        kind: 2 * right[kind] / (labelled[kind] + found[kind])
        for kind in sorted(labelled.keys() | found.keys())
    }
    total = labelled.total() + found.total()
    return EntityReport(
        sentences=sentences,
        labelled=labelled.total(),
        found=found.total(),
        micro_f1=2 * right.total() / total if total else 1.0,
        macro_f1=statistics.fmean(by_kind.values()) if by_kind else 1.0,
        f1_by_kind=by_kind,
    )
