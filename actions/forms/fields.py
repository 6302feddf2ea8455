"""The kinds of questions a form can ask, and how an answer is read. Pure; values come from Rasa's entities."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from actions.forms.context import Check, Handle, Offer


def words(text: str) -> tuple[str, ...]:
    """Lists of words are easier to read and to extend without quotes and commas."""
    return tuple(text.split())


@dataclass(frozen=True)
class Entity:
    """A value the NLU found in the text; kinds and units: bot/components/values.py."""

    kind: str
    value: Any
    start: int
    end: int


@dataclass(frozen=True)
class Read:
    """An answer that could be read. `span` is what of the text it was read from (start, end)."""

    value: Any
    span: tuple[int, int]


@dataclass(frozen=True)
class Problem:
    """An answer of the right kind that cannot be right; `text` tells the citizen why."""

    text: str


@dataclass(frozen=True)
class Option:
    """One of the choices. `words`: other ways to say it, longest match wins."""

    value: str
    label: str
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Field:
    """A question. `topic` names it in confirmations, `keywords` are how citizens refer to it in corrections."""

    slot: str
    topic: str
    question: str
    keywords: tuple[str, ...] = ()
    # Only asked when these answers were given: slot -> one of the values.
    when: Mapping[str, Container[Any]] = field(default_factory=dict)
    skippable: bool = False
    # Looks the answer over with what lies outside the form: a business system, today's date.
    check: Check | None = None
    # Makes the choices when the question is asked: free appointments, for one. For choices only.
    offer: Offer | None = None
    # Reads the whole message first: for answers that must not be taken for anything else, or be kept.
    handle: Handle | None = None
    # The whole message is the answer, whatever it says; only a clear wish to leave is not.
    free: bool = False
    # Intents that leave other questions and may be the answer to this one: a complaint, where one is asked for.
    stays: tuple[str, ...] = ()

    @property
    def options(self) -> tuple[Option, ...]:
        return (Option("skip", "跳过"),) if self.skippable else ()

    @property
    def expected(self) -> str:
        """Says plainly what is expected, with an example; used when an answer could not be read."""
        raise NotImplementedError

    def read(self, text: str, entities: Sequence[Entity]) -> Read | Problem | None:
        """The answer in the text, a problem with it, or None when there is none."""
        raise NotImplementedError

    def show(self, value: Any) -> str:
        """The value in words."""
        return str(value)


# The value of a skipped question's slot.
SKIP = "skip"
SKIP_WORDS = words(
    "跳过 不知道 不清楚 没想好 还没定 没定 不确定 随便 最长 越长越好 还没看 没看好 略过"
)
