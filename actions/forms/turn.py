"""What the citizen said, as the NLU understood it, and what it turns out to be for the open question. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from enum import Enum
from typing import Any

from actions.forms.fields import Entity


@dataclass(frozen=True)
class Wish:
    """One of several wishes in a message: text[start:end] of it, with its own intent. `confidence` is 0..1."""

    text: str
    intent: str
    confidence: float
    start: int
    end: int


@dataclass(frozen=True)
class Turn:
    """What the citizen said and what the NLU made of it. `earlier`: what he wrote before, newest last.

    `wishes`: the parts of a message that holds several different ones, in order; else empty.
    """

    text: str
    intent: str = ""
    confidence: float = 0.0
    entities: tuple[Entity, ...] = ()
    earlier: tuple[str, ...] = ()
    wishes: tuple[Wish, ...] = ()

    def of_wish(self, wish: Wish) -> Turn:
        """The part of the message that is this wish, as a message of its own."""
        part = self.between(wish.start, wish.end)
        return replace(part, intent=wish.intent, confidence=wish.confidence)

    def between(self, start: int, end: int) -> Turn:
        """text[start:end] with the values found in it."""
        entities = tuple(
            Entity(e.kind, e.value, e.start - start, e.end - start)
            for e in self.entities
            if start <= e.start and e.end <= end
        )
        return replace(self, text=self.text[start:end], entities=entities, wishes=())

    def asking(self, text: str, earlier: tuple[str, ...] = ()) -> Turn:
        """The same citizen asking something else."""
        return replace(self, text=text, entities=(), earlier=earlier, wishes=())

    def as_slot(self) -> dict[str, Any]:
        """As it can be kept in a slot."""
        return {
            "text": self.text,
            "intent": self.intent,
            "entities": [asdict(entity) for entity in self.entities],
        }

    @classmethod
    def from_slot(cls, kept: Mapping[str, Any]) -> Turn:
        entities = tuple(Entity(**entity) for entity in kept["entities"])
        return cls(kept["text"], kept["intent"], 1.0, entities)


class Meaning(Enum):
    """What a message is for the form."""

    ANSWER = "answer"
    CORRECTION = "correction"
    PROBLEM = "problem"
    QUESTION = "question"
    LEAVE = "leave"
    SMALL_TALK = "small_talk"
    UNCLEAR = "unclear"
    BACK = "back"
    WAIT = "wait"
    REPEAT = "repeat"
    EXPLAIN = "explain"
    WHICH = "which"  # something is wrong, but not said what


@dataclass(frozen=True)
class Step:
    """The outcome. `updates` are the slots to set; `note` is said before the next question.

    `question`: what is to be looked up and answered first. `back_to`: the slot to ask again.
    `leave_by`: the action to leave by where Rasa's rules would not find it from the intent.
    """

    meaning: Meaning
    updates: dict[str, Any] = field(default_factory=dict)
    note: str = ""
    question: str = ""
    back_to: str = ""
    leave_by: str = ""
