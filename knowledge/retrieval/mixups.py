"""Near questions with different answers: whether the citizen said the word on which the answer depends. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple


class Sides(NamedTuple):
    """Of one article, for each contrast group a bit a side: those its question names, those any wording names.

    `needed`: whether the citizen must have named a side, because (nearly) every wording of the article does and
    the group is one of those where nothing may be taken for granted.
    """

    named: Sequence[int]
    admitted: Sequence[int]
    needed: Sequence[bool]


def contradicts(asked: Sequence[int], article: Sides) -> bool:
    """The citizen named a side, the article's question names another, and none of its wordings names his."""
    return any(
        said and named and not said & admitted
        for said, named, admitted in zip(asked, article.named, article.admitted, strict=True)
    )


def unsaid(asked: Sequence[int], first: Sides, rival: Sides) -> int | None:
    """The first group on which two articles' questions differ and of which the citizen named no side."""
    for group, said in enumerate(asked):
        one, other = first.named[group], rival.named[group]
        if not said and one and other and not one & other:
            return group
    return None


def taken_for_granted(asked: Sequence[int], article: Sides) -> int | None:
    """The first group of which the article needs a side and the citizen named none."""
    for group, said in enumerate(asked):
        if not said and article.needed[group]:
            return group
    return None
