"""From what a citizen wrote to what is searched for: the text as it stands, and what it may mean besides."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from knowledge.retrieval.analysis import Analyser
from knowledge.retrieval.followups import Followups
from knowledge.retrieval.outcome import Outcome

# So many are offered to choose from (core/conversation/answers.py shows no more).
GUIDED = 3

SearchText = Callable[[str], Outcome]


class Asking:
    """Searches for every reading of a text and takes the surest. Each further reading costs one more search."""

    def __init__(self, analyser: Analyser, knows: Callable[[str], bool]) -> None:
        """`knows`: whether any article uses a word."""
        self._followups = Followups(analyser, knows)

    def outcome(self, text: str, context: Sequence[str], search: SearchText) -> Outcome:
        """`context`: what the same person asked before, newest last."""
        alone = search(text)
        reading = self._followups.reading(text, context)
        if reading is None:
            return alone
        together = search(reading.text)
        if together.score < alone.score:
            return alone
        return _not_again(together, search(reading.subject))


def _not_again(outcome: Outcome, before: Outcome) -> Outcome:
    """The citizen has just been given what answers `before`: asking on, he means something else near it."""
    first, *others = outcome.ranked
    if before.band != "answer" or not others or before.ranked[0].entry is not first.entry:
        return outcome
    near = others[: GUIDED - 1]
    ranked = [*near, first, *others[len(near) :]]
    return Outcome("guide" if outcome.band == "answer" else outcome.band, ranked)
