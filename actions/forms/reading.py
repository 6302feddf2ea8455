"""Which value in a message answers which question: several in one sentence, each word used once. Pure.

夫妻俩 首套 余额8万 月收入2万 我35岁男 answers six questions. A value goes to the question it is named with; then
to the one that was asked; then to the only open question of its kind. Where two could have it, nobody gets it:
a wrong figure is worse than one more question.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from actions.forms.choices import NAMELESS, ChoiceField
from actions.forms.entries import ConfirmField
from actions.forms.fields import SKIP, SKIP_WORDS, Entity, Field, Problem, Read
from actions.forms.form import Form
from actions.forms.phrases import QUESTION
from actions.forms.shares import with_shares_added
from actions.forms.turn import Turn

# How far a value may stand behind the word that names it (余额大概有5万), and before it (5万余额).
BEHIND, BEFORE = 5, 1
_CLAUSE = re.compile(r"[^,，。;；!！?？\n\s]+")
_ENDS_CLAUSE = re.compile(r"[,，。;；!！?？\n]")
FILLERS = re.compile(
    r"[\s,，。.!！~～、:：;；…]|公积金|账户|大概|大约|左右|差不多|每个?月|一个月|个月|应该|不对|说错了?|写错了?|填错了?|错了|更正|改成|改为|改一下|刚才"
    r"|我们?|家里?|自己|今年|现在|目前|已经|想|要|选择?|就|只|才|是|有|了|吧|啊|呢|呀|哦|嗯|额|呃|的|那个|这个|个|元|块|钱|多|不到|一共|总共|加起来|贷|年|岁|交|缴|满|办|请|谢谢"
)


@dataclass(frozen=True)
class Reading:
    """What a message answers: slot -> value. `problem`: why the asked question's answer cannot be right.

    `asked`: what was read for the asked question itself.
    """

    values: dict[str, Any] = field(default_factory=dict)
    asked: Read | Problem | None = None
    problem: str = ""


def read_message(
    form: Form, answers: Mapping[str, Any], turn: Turn, asking: Field | None = None
) -> Reading:
    """All answers in the message; `asking` None: no question has been asked yet."""
    reader = _Reader(form, answers, turn, asking)
    reader.take_named()
    reader.take_asked()
    reader.take_clauses()
    reader.take_kinds()
    return Reading(reader.values, reader.asked, reader.problem)


def read_named(form: Form, answers: Mapping[str, Any], turn: Turn) -> dict[str, Any]:
    """Only what is said with the name of its question (余额五万), answered before or not, and choices by theirs."""
    reader = _Reader(form, answers, turn, None)
    reader.take_named()
    reader.take_clauses()
    return reader.values


def read_asked(asked: Field, turn: Turn) -> Read | Problem | None:
    """The answer to one question; that it is skipped only where nothing else was said."""
    read = asked.read(turn.text, turn.entities)
    if not asked.skippable or isinstance(read, Read):
        return read
    for word in SKIP_WORDS:
        start = turn.text.find(word)
        if start >= 0:
            return Read(SKIP, (start, start + len(word)))
    return read


def is_bare(text: str, read: Read, asked: Field) -> bool:
    """Whether little more than the value was said."""
    rest = text[: read.span[0]] + text[read.span[1] :]
    if QUESTION.search(rest):
        return False
    for keyword in sorted((*asked.keywords, asked.topic), key=len, reverse=True):
        rest = rest.replace(keyword, "")
    # What is submitted is submitted by a plain yes.
    return len(FILLERS.sub("", rest)) <= (0 if isinstance(asked, ConfirmField) else 2)


def is_weak(read: Read) -> bool:
    """A single character found somewhere in a sentence is no answer to a choice (你好 is not 好)."""
    return isinstance(read.value, str) and read.span[1] - read.span[0] < 2


class _Reader:
    """One message being shared out; spans in `_used` have gone to a question."""

    def __init__(
        self, form: Form, answers: Mapping[str, Any], turn: Turn, asking: Field | None
    ) -> None:
        self.values: dict[str, Any] = {}
        self.asked: Read | Problem | None = None
        self.problem = ""
        self._form, self._answers, self._asking = form, answers, asking
        self._turn = replace(turn, entities=with_shares_added(turn.text, turn.entities))
        self._used: list[tuple[int, int]] = []

    def take_named(self) -> None:
        """Values that stand with the name of their question; the nearest pair first."""
        pairs = [
            (distance, -len(keyword), order, entity)
            for order, candidate in enumerate(self._form.fields)
            if not isinstance(candidate, ChoiceField)
            and not candidate.free
            and candidate.handle is None
            for keyword in (candidate.topic, *candidate.keywords)
            for entity, distance in self._near(keyword)
        ]
        for _, _, order, entity in sorted(pairs, key=lambda pair: pair[:3]):
            candidate = self._form.fields[order]
            if candidate.slot in self.values or not self._is_free((entity.start, entity.end)):
                continue
            # A later question may only apply once an earlier one is known.
            if candidate not in self._form.applicable(self._known()):
                continue
            read = candidate.read(self._turn.text, (entity,))
            if isinstance(read, Read):
                self._give(candidate, read.value, (entity.start, entity.end))
            elif isinstance(read, Problem) and not self.problem:
                self.problem = read.text
                self._used.append((entity.start, entity.end))
        for candidate in self._form.fields:
            if isinstance(candidate, ChoiceField) and candidate is not self._asking:
                self._take_named_choice(candidate)

    def _near(self, keyword: str) -> list[tuple[Entity, int]]:
        """The values beside each place of the keyword, with their distance; behind it is nearer than before it."""
        found: list[tuple[Entity, int]] = []
        text = self._turn.text
        for match in re.finditer(re.escape(keyword), text):
            for entity in self._turn.entities:
                behind, before = entity.start - match.end(), match.start() - entity.end
                if 0 <= behind <= BEHIND and not _ENDS_CLAUSE.search(
                    text[match.end() : entity.start]
                ):
                    found.append((entity, behind))
                elif 0 <= before <= BEFORE and not re.search(
                    r"[\s,，。;；]", text[entity.end : match.start()]
                ):
                    found.append((entity, before + BEHIND))
        return found

    def _take_named_choice(self, candidate: ChoiceField) -> None:
        if isinstance(candidate, ConfirmField) or candidate not in self._form.applicable(
            self._known()
        ):
            return
        if isinstance(candidate.read(self._turn.text, ()), Problem):
            # Two of its choices are named: it is for its own question to sort out.
            return
        # What is said again: its end is not another choice (养老和医保, 医保).
        again: list[tuple[int, int]] = []
        for keyword in candidate.keywords:
            at = self._turn.text.find(keyword)
            if at < 0:
                continue
            end = _ENDS_CLAUSE.search(self._turn.text, at)
            read = candidate.read(self._turn.text[at : end.start() if end else None], ())
            if not isinstance(read, Read):
                continue
            span = (at + read.span[0], at + read.span[1])
            if read.value == self._answers.get(candidate.slot):
                again.append(span)
            elif self._is_free(span) and not any(s <= span[0] and span[1] <= e for s, e in again):
                self._give(candidate, read.value, span)
                return

    def take_asked(self) -> None:
        """What is left may answer the question that was asked."""
        if self._asking is None or self._asking.slot in self.values:
            return
        left = tuple(e for e in self._turn.entities if self._is_free((e.start, e.end)))
        read = read_asked(self._asking, Turn(self._turn.text, entities=left))
        if isinstance(read, Read) and not self._is_free(read.span):
            read = None
        self.asked = read
        if isinstance(read, Read) and (
            not is_weak(read) or is_bare(self._turn.text, read, self._asking)
        ):
            self._give(self._asking, read.value, read.span)

    def take_clauses(self) -> None:
        """Choices said in a few words of their own: 首套, 女的."""
        for clause in _CLAUSE.finditer(self._turn.text):
            fitting: list[tuple[ChoiceField, Read]] = []
            for candidate in self._open(ChoiceField):
                read = self._read_clause(candidate, clause.start(), clause.end())
                if read is not None:
                    fitting.append((candidate, read))
            if len(fitting) == 1:
                candidate, read = fitting[0]
                self._give(candidate, read.value, read.span)

    def _read_clause(self, candidate: ChoiceField, start: int, end: int) -> Read | None:
        text = self._turn.text
        for used_start, used_end in (*self._used, *self._spans()):
            # Blanked rather than cut, so that places stay places.
            if start <= used_start and used_end <= end:
                text = text[:used_start] + " " * (used_end - used_start) + text[used_end:]
        clause = text[start:end]
        read = candidate.read(clause, ())
        if not isinstance(read, Read) or not is_bare(clause, read, candidate):
            return None
        word = clause[read.span[0] : read.span[1]]
        rest = FILLERS.sub("", clause[: read.span[0]] + clause[read.span[1] :])
        if word in NAMELESS or (len(word) < 2 and rest):
            return None
        return Read(read.value, (start + read.span[0], start + read.span[1]))

    def take_kinds(self) -> None:
        """A value that only one open question can take: an age, a telephone number."""
        # A wrong answer to the asked question is no answer to another one.
        taking = not isinstance(self.asked, Problem)
        while taking:
            taking = False
            for entity in self._turn.entities:
                span = (entity.start, entity.end)
                # A number without a unit may be anything.
                if entity.kind in ("number", "ordinal") or not self._is_free(span):
                    continue
                fitting = [
                    (candidate, read)
                    for candidate in self._open(Field)
                    if (not isinstance(candidate, ChoiceField) or candidate.takes_values)
                    and isinstance(read := candidate.read(self._turn.text, (entity,)), Read)
                    and read.span == span
                ]
                if len(fitting) == 1:
                    self._give(fitting[0][0], fitting[0][1].value, span)
                    taking = True

    def _open(self, kind: type[Field]) -> list[Any]:
        """Questions not answered yet, by this message or before, and not the one that was asked."""
        known = self._known()
        return [
            f
            for f in self._form.applicable(known)
            if isinstance(f, kind)
            and not isinstance(f, ConfirmField)
            and not f.free
            and f.handle is None
            and known.get(f.slot) is None
            and (self._asking is None or f.slot != self._asking.slot)
        ]

    def _known(self) -> dict[str, Any]:
        return {**self._answers, **self.values}

    def _spans(self) -> list[tuple[int, int]]:
        return [(e.start, e.end) for e in self._turn.entities if e.kind not in ("ordinal",)]

    def _is_free(self, span: tuple[int, int]) -> bool:
        return all(span[1] <= start or span[0] >= end for start, end in self._used)

    def _give(self, to: Field, value: Any, span: tuple[int, int]) -> None:
        self.values[to.slot] = value
        self._used.append(span)
