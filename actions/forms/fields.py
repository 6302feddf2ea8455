"""The kinds of questions a form can ask, and how an answer is read. Pure; values come from Rasa's entities."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from actions.loan import yuan


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
    when: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    skippable: bool = False

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


# A minus sign or 负 right before a value; in 3-5万 the sign stands after a digit and means "to".
_MINUS = re.compile(r"(?:(?<![0-9a-zA-Z])[-−－]|负)\s*$")


def _is_negative(text: str, entity: Entity) -> bool:
    """The values of the NLU carry no sign, so that a phone number is not taken for a sum."""
    return _MINUS.search(text[: entity.start]) is not None


SKIP_WORDS = words(
    "跳过 不知道 不清楚 没想好 还没定 没定 不确定 随便 最长 越长越好 还没看 没看好 略过"
)


@dataclass(frozen=True)
class MoneyField(Field):
    """An amount in fen, between `least` and `most`. A number without a unit counts as yuan."""

    least: int = 0
    most: int = 10_000_000_00
    example: str = "50000元、5万"

    @property
    def expected(self) -> str:
        return f"请填一个金额，比如：{self.example}"

    def read(self, text: str, entities: Sequence[Entity]) -> Read | Problem | None:
        for entity in entities:
            if entity.kind == "amount":
                fen = int(entity.value)
            elif entity.kind == "number":
                fen = int(Decimal(entity.value) * 100)
            else:
                continue
            if _is_negative(text, entity):
                return Problem(f"{self.topic}不能是负数（比如：{self.example}）")
            if 0 < fen < self.least:
                return Problem(
                    f"{yuan(fen)}看起来太小了，请带上单位再说一次（比如：{self.example}）"
                )
            if fen < self.least:
                return Problem(f"{self.topic}要大于0（比如：{self.example}）")
            if fen > self.most:
                return Problem(f"{yuan(fen)}看起来太大了，请核对一下（最多{yuan(self.most)}）")
            return Read(fen, (entity.start, entity.end))
        return None

    def show(self, value: Any) -> str:
        return yuan(int(value))


@dataclass(frozen=True)
class CountField(Field):
    """A whole number with a unit: months, years or an age. `unit` is month, year or age."""

    unit: str = "month"
    least: int = 0
    most: int = 600

    @property
    def expected(self) -> str:
        example = {"month": "8个月、3年", "year": "20年", "age": "35岁"}[self.unit]
        return f"请填{self.least}到{self.most}之间的{self._unit_word}数，比如：{example}"

    @property
    def _unit_word(self) -> str:
        return {"month": "月", "year": "年", "age": "周岁"}[self.unit]

    def read(self, text: str, entities: Sequence[Entity]) -> Read | Problem | None:
        for entity in entities:
            count = self._count(entity)
            if count is None:
                continue
            if _is_negative(text, entity):
                return Problem(f"{self.topic}不能是负数，应当在{self.least}到{self.most}之间")
            if count != int(count):
                return Problem(f"{self.topic}要填整数")
            if not self.least <= count <= self.most:
                return Problem(
                    f"{self.topic}填{int(count)}不对，应当在{self.least}到{self.most}之间"
                )
            return Read(int(count), (entity.start, entity.end))
        return None

    def _count(self, entity: Entity) -> Decimal | None:
        if entity.kind == "number":
            return Decimal(entity.value)
        if entity.kind == "duration" and self.unit in ("month", "year"):
            months = Decimal(entity.value)
            return months if self.unit == "month" else (months / 12).to_integral_value()
        if entity.kind == "age" and self.unit == "age":
            return Decimal(entity.value)
        return None

    def show(self, value: Any) -> str:
        return f"{value}{'个月' if self.unit == 'month' else self._unit_word}"


@dataclass(frozen=True)
class ChoiceField(Field):
    """One of several options: by its label, by other words for it, or by its place (第二个, 2)."""

    choices: tuple[Option, ...] = ()

    @property
    def options(self) -> tuple[Option, ...]:
        return self.choices

    @property
    def expected(self) -> str:
        labels = "、".join(f"“{option.label}”" for option in self.choices)
        return f"请从{labels}里选一个，点按钮、打字或回复第几个都可以"

    def read(self, text: str, entities: Sequence[Entity]) -> Read | Problem | None:
        # "第二套" is an option's own word and must not be read as "the second option".
        found = self._by_words(text)
        if found is not None:
            return found
        for entity in entities:
            if entity.kind not in ("ordinal", "number"):
                continue
            place = int(Decimal(entity.value))
            if place == -1:
                place = len(self.choices)
            if not 1 <= place <= len(self.choices):
                return Problem(f"没有第{place}个选项")
            return Read(self.choices[place - 1].value, (entity.start, entity.end))
        return None

    def _by_words(self, text: str) -> Read | None:
        best: Read | None = None
        for option in self.choices:
            for word in (option.label, *option.words):
                start = text.find(word)
                if start < 0:
                    continue
                if best is None or len(word) > best.span[1] - best.span[0]:
                    best = Read(option.value, (start, start + len(word)))
        return best

    def show(self, value: Any) -> str:
        return next((o.label for o in self.choices if o.value == value), str(value))


# No before yes: 没有 contains 有, 不是 contains 是.
YES_WORDS = words(
    "是 是的 对 对的 有 有的 嗯 嗯嗯 恩 好 好的 可以 已经 办了 办好了 满了 没错 当然 确定 属于 已办 yes ok"
)
NO_WORDS = words("不是 没有 没 不 否 还没 未 没办 没满 不满 不属于 木有 无 没有过 no")


def yes_no(
    slot: str,
    topic: str,
    question: str,
    *,
    yes: str = "是",
    no: str = "不是",
    yes_words: tuple[str, ...] = (),
    no_words: tuple[str, ...] = (),
    when: Mapping[str, tuple[Any, ...]],
) -> ChoiceField:
    """A question answered with yes or no; the slot gets "yes" or "no"."""
    return ChoiceField(
        slot=slot,
        topic=topic,
        question=question,
        when=when,
        choices=(
            Option("yes", yes, (*YES_WORDS, *yes_words)),
            Option("no", no, (*NO_WORDS, *no_words)),
        ),
    )
