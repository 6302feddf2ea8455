"""Where those go who have waited too long for a group: chains that must end. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Overflow:
    """After `after_seconds` in the line of `from_group` to `to_group`; None: to anybody."""

    from_group: str
    to_group: str | None
    after_seconds: int


def find_loop(chain: Sequence[Overflow]) -> list[str]:
    """The groups that lead back to the first of them, in order; empty when every chain ends."""
    onward = {each.from_group: each.to_group for each in chain}
    for start in onward:
        seen = [start]
        following = onward[start]
        while following is not None and following in onward:
            if following == start:
                return seen
            if following in seen:
                break  # a loop further on; it is found when its own turn comes
            seen.append(following)
            following = onward[following]
        if following == start:
            return seen
    return []


def target(
    group_id: str, chain: Mapping[str, Overflow], has_members: Mapping[str, bool]
) -> str | None:
    """The first group along the chain from `group_id` that has members; None: anybody.

    `group_id` must be in the chain. Empty groups are passed through: nobody would come there.
    """
    following = chain[group_id].to_group
    seen = {group_id}
    while following is not None and not has_members.get(following, False):
        step = chain.get(following)
        if step is None or following in seen:
            return None
        seen.add(following)
        following = step.to_group
    return following
