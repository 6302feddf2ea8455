"""Questions with a few choices, yes-or-no ones among them: how their answers are read. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from actions.forms.fields import Entity, Field, Option, Problem, Read, words

# More choices than these are not read out once more; they stand below as buttons.
MOST_NAMED = 4


@dataclass(frozen=True)
class ChoiceField(Field):
    """One of several options: by its label, by other words for it, or by its place (第二个, 2)."""

    choices: tuple[Option, ...] = ()
    # Besides the choices a value of its own kind is an answer, wherever in a message it stands.
    takes_values: bool = False

    @property
    def options(self) -> tuple[Option, ...]:
        return self.choices

    @property
    def expected(self) -> str:
        labels = [f"“{option.label}”" for option in self.choices]
        if len(labels) > MOST_NAMED:
            return f"请从下面的选项里选一个，点按钮、打字（比如{labels[0]}）或回复第几个都可以"
        return f"请从{'、'.join(labels)}里选一个，点按钮、打字或回复第几个都可以"

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


# Answers to any question that can be answered with yes or no. Nothing that names what was asked about belongs here:
# 办了 says nothing about owning a home. No before yes: 没有 contains 有, 不是 contains 是.
YES_WORDS = words("是 是的 对 对的 有 有的 嗯 嗯嗯 恩 没错 当然 确定 yes")
NO_WORDS = words("不是 没有 没 不 否 还没 未 木有 无 没有过 no")
# For the questions whether something is done, whether somebody agrees, and whether it is of a kind.
DONE_WORDS = words("已经 办了 办好 办好了 办完 办完了 办过 已办")
NOT_DONE_WORDS = words(
    "没办 没办好 没办完 没办过 未办 不办 还没办 还没办好 没有办 没有办好 没有办过 正在办"
)
AGREED_WORDS = words("好 好的 可以 行 ok")
# Whoever does not know; for questions with a choice that says so.
UNSURE_WORDS = words(
    "不知道 不清楚 不太清楚 说不清 不确定 不晓得 不了解 不懂 没数 记不清 忘了 跳过 略过"
)
OF_KIND_WORDS = words("属于")
NOT_OF_KIND_WORDS = words("不属于")
# Said alone these name no question: they answer the one that was asked, or none.
NAMELESS = frozenset(
    [
        *YES_WORDS,
        *NO_WORDS,
        *DONE_WORDS,
        *NOT_DONE_WORDS,
        *AGREED_WORDS,
        *UNSURE_WORDS,
        *OF_KIND_WORDS,
        *NOT_OF_KIND_WORDS,
        *words("满了 没满 不满 愿意 不愿意 不可以"),
    ]
)


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
