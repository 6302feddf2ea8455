"""From what a citizen wrote to what is searched for: the text as it stands, and what it may mean besides."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import islice, zip_longest

from core.conversation.ports import Band
from knowledge.retrieval.analysis import Analyser
from knowledge.retrieval.followups import Followups, Surer
from knowledge.retrieval.normalise import MAX_QUERY
from knowledge.retrieval.outcome import Outcome, Ranked
from knowledge.retrieval.sentences import kernels, questions
from knowledge.retrieval.spelling import Speller

# So many are offered to choose from (core/conversation/answers.py shows no more).
GUIDED = 3

# So much surer must a text be as it was written than with its slips put right.
DOUBT = 0.25

SearchText = Callable[[str], Outcome]


class Asking:
    """Searches for every reading of a text and takes the surest. Each further reading costs one more search."""

    def __init__(self, analyser: Analyser, use_of: Callable[[str], float]) -> None:
        """`use_of`: share of the articles, 0..1, that use a word or a pair of characters."""
        self._analyser = analyser
        self._followups = Followups(analyser, lambda word: use_of(word) > 0)
        self._speller = Speller(analyser, use_of)

    def outcome(self, text: str, context: Sequence[str], search: SearchText) -> Outcome:
        """`context`: what the same person asked before, newest last."""
        text = text[:MAX_QUERY]
        asked = questions(text)
        if not asked:
            return self._one(text, context, search)
        # Each question leans on what the message said before it.
        parts, said = [], list(context)
        for question in asked:
            parts.append(self._one(question, said, search))
            said.append(question)
        sure = [p for p in parts if p.band == "answer"]
        leans = any(part.leans for part in parts)
        if not sure:
            whole = self._one(text, context, search)
            surest = max([whole, *parts], key=lambda o: o.score)
            return replace(surest, leans=leans or whole.leans)
        others = [
            p.ranked[0].entry for p in sure[1:] if p.ranked[0].entry is not sure[0].ranked[0].entry
        ]
        return replace(sure[0], also=tuple(others), leans=leans)

    def names_topic(self, text: str) -> bool:
        """Whether the text says which matter it is about."""
        return self._followups.names_topic(text)

    def _one(self, text: str, context: Sequence[str], search: SearchText) -> Outcome:
        alone, text = self._corrected(text, search)
        if alone.band != "answer":
            topics = self._followups.names_topic
            for kernel in kernels(text, topics):
                alone = _both(alone, search(kernel))

        def surer(one: str, other: str) -> bool:
            found = search(one)
            return found.band == "answer" and not (other and search(other).score >= found.score)

        if not self._followups.leans(text):
            return alone
        return replace(self._leaning(text, context, alone, search, surer), leans=True)

    def _leaning(
        self, text: str, context: Sequence[str], alone: Outcome, search: SearchText, surer: Surer
    ) -> Outcome:
        """What a text finds that may mean more than it says; `alone` is what it finds by itself."""
        reading = self._followups.reading(text, [self._meant(past) for past in context], surer)
        if reading is None:
            return alone
        together = search(reading.text)
        if together.score < alone.score:
            if alone.band == "answer" and together.band != "unknown" and not self.names_topic(text):
                # 一个月最少交多少钱 after a question about the fund: sure of another matter than was talked about.
                return _asked_back(together, alone)
            return alone
        return _not_again(together, search(reading.subject), alone)

    def _meant(self, past: str) -> str:
        """An earlier text; with its slips put right where they hid what it was about."""
        right = self._speller.correct(self._analyser(past).text)
        names_topic = self._followups.names_topic
        return right if names_topic(right) and not names_topic(past) else past

    def _corrected(self, text: str, search: SearchText) -> tuple[Outcome, str]:
        """What the text finds as it stands, or with its slips put right, whichever is surer; and that text."""
        plain = self._analyser(text).text
        right = self._speller.correct(plain)
        as_written = search(text)
        if right == plain:
            return as_written, text
        corrected = search(right)
        # A word nobody uses is a slip rather than not: it takes a good deal more to believe it.
        if corrected.score >= as_written.score - DOUBT:
            return corrected, right
        return as_written, text


def _both(one: Outcome, other: Outcome) -> Outcome:
    """The surer outcome; where it is no answer, with the other's hits between its own, to choose from."""
    better, worse = (one, other) if one.score >= other.score else (other, one)
    if better.band == "answer" or not worse.ranked:
        return better
    found = {id(r.entry): r for pair in zip_longest(better.ranked, worse.ranked) for r in pair if r}
    ranked: list[Ranked] = []
    for hit in islice(found.values(), len(better.ranked)):
        # Falling scores, as everywhere.
        below = ranked[-1].score if ranked else hit.score
        ranked.append(replace(hit, score=min(hit.score, below)))
    return replace(better, ranked=ranked)


def _asked_back(first: Outcome, other: Outcome) -> Outcome:
    """Both to choose from, unless they answer the same."""
    if first.ranked[0].entry is other.ranked[0].entry:
        return other
    mixed = _both(replace(other, band="guide"), replace(first, band="guide"))
    return replace(mixed, band="guide")


def _not_again(outcome: Outcome, before: Outcome, alone: Outcome) -> Outcome:
    """The citizen has just been given what answers `before`: asking on, he means something else near it.

    Or something of its own, after all (那我单位没给我缴存怎么办): what `alone` found is offered as well.
    """
    if not before.ranked or len(outcome.ranked) < 2:
        return outcome
    first, *others = outcome.ranked
    if before.ranked[0].entry is not first.entry:
        return outcome
    band: Band = "guide" if outcome.band == "answer" else outcome.band
    if alone.band == "guide":
        return _both(alone, Outcome(band, others))
    if before.band != "answer":
        return outcome
    near = others[: GUIDED - 1]
    return Outcome(band, [*near, first, *others[len(near) :]])
