"""Questions that lean on the one before: 那异地呢, 要带什么材料, 多久到账. Pure; the words come from data/*.yaml."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from knowledge.retrieval.analysis import Analyser, Analysis

# A longer text says itself what it is about.
MAX_LEANING = 16
# A text this short that names a topic may still ask nothing of it.
MAX_BARE = 6
# How many earlier questions are looked at: who changes the subject three times names it again.
MAX_EARLIER = 4
_POINTS_BACK = re.compile(
    r"^(?:那么|那个|那|还有|另外|然后|要是|如果|假如|这个|这些|这种|这期间|期间|这|它|换成|改成|也)"
)
# 这期间医保谁交: adds to the subject, where 那医保呢 replaces it.
_MEANWHILE = re.compile(r"^[这那]?期间")
_ASKS_ON = re.compile(r"(?:的?呢|的话|呢吗)$")


# Whether the first text finds its answer, and is surer of it than the second (which may be empty).
Surer = Callable[[str, str], bool]


class Reading(NamedTuple):
    """`subject`: what was talked about before; `text`: what is asked now, written out."""

    subject: str
    text: str


class Followups:
    """Decides whether a text stands alone, and writes out what it means when it does not."""

    def __init__(self, analyser: Analyser, knows: Callable[[str], bool]) -> None:
        """`knows`: whether the knowledge base uses a word; one it never uses is another matter's (押金, 网贷)."""
        self._analyser = analyser
        self._knows = knows

    def reading(
        self, text: str, earlier: Sequence[str], surer: Surer | None = None
    ) -> Reading | None:
        """What `text` asks after `earlier` (newest last), or None when it needs nothing of that.

        `surer`: tells of an earlier question that names no topic whether it was answered as it stood
        (住院能报销多少): then it is what was talked about, and not what came before it.
        """
        if not earlier or not self.leans(text):
            return None
        asked = self._analyser(text)
        # 人脸识别老是不行 may say the same once more in other words: only what points back has that for its subject.
        if not _points_back(asked):
            surer = None
        subject = ""
        for past in earlier[-MAX_EARLIER:]:
            said = self._analyser(past)
            joined = (
                self._joined(subject, said)
                if subject and self._leans(said) and self._known(said)
                else ""
            )
            if surer and not self._names_topic(said) and surer(said.text, joined):
                subject = said.text
            elif joined:
                subject = joined
            elif self._names_topic(said):
                subject = said.text
        return Reading(subject, self._joined(subject, asked)) if subject else None

    def leans(self, text: str) -> bool:
        """Whether what was said before may change what the text means."""
        asked = self._analyser(text)
        return self._leans(asked) and self._known(asked)

    def _leans(self, asked: Analysis) -> bool:
        if len(asked.text) > MAX_LEANING or not (asked.concepts or asked.sides):
            return False
        if _points_back(asked) or not self._names_topic(asked):
            return True
        # 社保要不要: names its topic and asks nothing of it.
        return len(asked.text) <= MAX_BARE and self._analyser.vocabulary.aspects.isdisjoint(
            asked.concepts
        )

    def _known(self, asked: Analysis) -> bool:
        return all(self._knows(word) for word in asked.words if len(word) > 1)

    def names_topic(self, text: str) -> bool:
        """Whether the text says what it is about."""
        return self._names_topic(self._analyser(text))

    def _names_topic(self, asked: Analysis) -> bool:
        return not self._analyser.vocabulary.topics.isdisjoint(asked.concepts)

    def _joined(self, subject: str, asked: Analysis) -> str:
        """The subject without what the new words put in its place: another side of a contrast, another question."""
        vocabulary = self._analyser.vocabulary
        if not _MEANWHILE.match(asked.text):
            subject = vocabulary.without_sides(subject, asked.sides)
        if not vocabulary.aspects.isdisjoint(asked.concepts):
            subject = vocabulary.without_aspects(subject)
        new = _ASKS_ON.sub("", _POINTS_BACK.sub("", asked.text)) or asked.text
        return " ".join(f"{subject} {new}".split())


def _points_back(asked: Analysis) -> bool:
    return bool(_POINTS_BACK.match(asked.text) or _ASKS_ON.search(asked.text))
