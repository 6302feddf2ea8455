"""What is remembered of a thread is used only where the thread cannot have changed since."""

from __future__ import annotations

from core.conversation.models import Message
from core.conversation.recall import Recall, Visit

VISIT = Visit(0, "网站", None)


def message(seq: int, conversation: str = "c") -> Message:
    return Message(conversation_id=conversation, seq=seq)


def seqs(rows: list[Message] | None) -> list[int] | None:
    return None if rows is None else [row.seq for row in rows]


def test_the_message_that_follows_directly_needs_no_reading() -> None:
    recall = Recall()
    recall.keep("c", [message(1), message(2), message(3)], VISIT)
    assert seqs(recall.before(message(4), 0)) == [1, 2, 3]
    assert seqs(recall.before(message(4), 1)) == [2, 3]


def test_a_message_written_in_between_makes_it_read() -> None:
    recall = Recall()
    recall.keep("c", [message(1), message(2)], VISIT)
    assert recall.before(message(4), 0) is None


def test_what_was_cut_off_is_read_when_it_is_wanted() -> None:
    recall = Recall()
    recall.keep("c", [message(5), message(6)], VISIT)
    assert recall.before(message(7), 3) is None
    assert seqs(recall.before(message(7), 4)) == [5, 6]


def test_a_thread_with_a_gap_is_not_kept() -> None:
    recall = Recall()
    recall.keep("c", [message(1), message(2)], VISIT)
    recall.keep("c", [message(1), message(2), message(4)], VISIT)
    assert recall.before(message(5), 0) is None


def test_the_first_message_of_an_episode_has_nothing_before_it() -> None:
    assert Recall().before(message(1), 0) == []
    assert Recall().before(message(8), 7) == []


def test_the_conversation_that_was_silent_longest_is_given_up() -> None:
    recall = Recall(most=2)
    for name in ("a", "b", "a", "c"):
        recall.keep(name, [message(1, name)], VISIT)
    assert recall.before(message(2, "b"), 0) is None
    assert seqs(recall.before(message(2, "a"), 0)) == [1]


def test_a_forgotten_thread_is_read_again() -> None:
    recall = Recall()
    recall.keep("c", [message(1)], VISIT)
    recall.forget("c")
    assert recall.before(message(2), 0) is None
