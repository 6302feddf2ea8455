"""Which of the clusters there were a new grouping continues. Pure; what an editor decided goes with the identity."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Continued:
    """The old cluster a group goes on as, or the one it was split off from; both None for a new topic."""

    cluster_id: str | None = None
    split_from: str | None = None


def match(groups: Sequence[Sequence[str | None]]) -> list[Continued]:
    """For each group, given the old cluster of each member (None: not clustered before), what it continues.

    The pair with most members in common is matched first; an old cluster goes on in one group only. A group
    without a match most of whose old members come from one cluster is a part that was split off from it.
    """
    before = [Counter(old for old in group if old is not None) for group in groups]
    pairs = sorted(
        ((count, i, old) for i, counts in enumerate(before) for old, count in counts.items()),
        key=lambda pair: (-pair[0], pair[1], pair[2]),
    )
    found: dict[int, str] = {}
    taken: set[str] = set()
    for _, i, old in pairs:
        if i not in found and old not in taken:
            found[i] = old
            taken.add(old)
    return [
        Continued(found.get(i), _origin(counts, found.get(i))) for i, counts in enumerate(before)
    ]


def _origin(counts: Counter[str], match: str | None) -> str | None:
    if match is not None or not counts:
        return None
    old, count = counts.most_common(1)[0]
    return old if count * 2 > counts.total() else None
