"""Which cluster a new group of questions continues: what an editor decided goes with most of the questions."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from knowledge.learning.matching import Continued, match


def test_a_group_continues_the_cluster_most_of_its_questions_were_in() -> None:
    assert match([["a", "a", "b", None]]) == [Continued("a")]


def test_new_questions_alone_are_a_new_cluster() -> None:
    assert match([[None, None], []]) == [Continued(), Continued()]


def test_of_two_merged_clusters_the_larger_goes_on() -> None:
    assert match([["a"] * 2 + ["b"] * 5]) == [Continued("b")]


def test_of_a_split_cluster_the_larger_part_keeps_the_identity_and_the_other_its_origin() -> None:
    assert match([["a"] * 2, ["a"] * 5]) == [Continued(split_from="a"), Continued("a")]


def test_a_group_of_mostly_new_questions_is_no_part_of_the_old_cluster() -> None:
    assert match([["a"] * 5, ["a", "b", "c"]]) == [Continued("a"), Continued("b")]
    assert match([["a"] * 5, ["b"] * 4, ["a", "b"]])[2] == Continued()


GROUPS = st.lists(st.lists(st.none() | st.sampled_from("abcdef"), max_size=8), max_size=8)


@given(GROUPS)
def test_no_cluster_goes_on_twice_and_none_that_had_questions_is_lost_for_nothing(
    groups: list[list[str | None]],
) -> None:
    found = match(groups)
    continued = [each.cluster_id for each in found if each.cluster_id is not None]
    assert len(continued) == len(set(continued))
    for group, each in zip(groups, found, strict=True):
        assert each.cluster_id is None or each.cluster_id in group
        assert each.cluster_id is None or each.split_from is None
        # A group is only left alone when all its old clusters go on elsewhere.
        assert each.cluster_id is not None or {old for old in group if old} <= set(continued)
