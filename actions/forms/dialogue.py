"""One turn inside a form: is the text an answer, a correction, a question, or a wish to leave? Pure.

Rasa runs the form and keeps its slots; this decides what a message means for it. The order of the checks
matters: a clear value is a value whatever the classifier thinks ("一个人" is no wish for a person), a wish
to leave comes before guessing, and a question is answered before a value is picked out of it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from actions.forms.choices import ChoiceField
from actions.forms.fields import SKIP, SKIP_WORDS, Field, Problem, Read
from actions.forms.form import Form
from actions.forms.turn import Meaning, Step, Turn

__all__ = ["LEAVING", "Meaning", "Step", "Turn", "open_form", "take_turn"]

# Intents that leave the form, and how sure the classifier must be; Rasa's rules then decide what happens
# (data/rules/). Below that, what was said is looked up or asked about.
LEAVING = {
    "cancel": 0.4,
    "request_human": 0.4,
    "wish": 0.5,
    "complain": 0.65,
    "anger": 0.5,
    "start_over": 0.5,
    "bye": 0.5,
}
# The same for the intents that open another task.
OTHER_TASK = 0.5
_QUESTION = re.compile(
    r"[?？]|吗|什么|怎么|怎样|咋|为啥|为什么|多少|哪|是不是|能不能|可不可以|行不行|有没有|区别|意思"
)
_CORRECTION = re.compile(
    r"不对|说错|写错|填错|选错|打错|弄错|搞错|错了|更正|纠正|改成|改为|改一下|应该是|不是.+[,，是]"
)
_FILLERS = re.compile(
    r"[\s,，。.!！~～、:：;；…]|大概|大约|左右|差不多|每个?月|一个月|个月|应该|不对|说错了?|写错了?|填错了?|错了|更正|改成|改为|改一下|刚才"
    r"|我们?|家里?|自己|今年|现在|目前|已经|想|要|选择?|就|只|才|是|有|了|吧|啊|呢|呀|哦|嗯|额|呃|的|那个|这个|个|元|块|钱|多|不到|一共|总共|加起来|贷|年|岁|交|缴|满|办|请|谢谢"
)


def open_form(form: Form, turn: Turn, answers: Mapping[str, Any]) -> Step:
    """The form begins: take what the opening sentence already says (我余额五万能贷多少)."""
    updates = _mentioned(form, answers, turn, exclude=())
    return Step(Meaning.ANSWER, updates)


def take_turn(
    form: Form,
    asking: Field,
    answers: Mapping[str, Any],
    turn: Turn,
    others: frozenset[str] = frozenset(),
) -> Step:
    """What `turn` means while the form waits for `asking`; `others` are the intents that open another task."""
    read = _read(asking, turn)
    if asking.free:
        return _take_text(form, asking, read, turn)
    correcting = turn.intent == "correct" or _CORRECTION.search(turn.text) is not None
    if not correcting and isinstance(read, Read) and _is_bare(turn.text, read, asking):
        return Step(Meaning.ANSWER, {asking.slot: read.value})
    if turn.intent != form.intent and turn.confidence >= _leaves_from(turn.intent, others):
        return Step(Meaning.LEAVE)
    if correcting:
        corrected = _corrections(form, asking, answers, turn)
        if corrected:
            return _correction(form, corrected, answers)
    if _is_question(turn):
        return Step(Meaning.QUESTION)
    mentioned = _mentioned(form, answers, turn, exclude=(asking.slot,))
    if isinstance(read, Problem):
        return Step(Meaning.PROBLEM, note=read.text + "。")
    if read is not None and read.span[1] - read.span[0] >= 1 and not _is_weak(read):
        return Step(Meaning.ANSWER, {**mentioned, asking.slot: read.value})
    if mentioned:
        return _correction(form, mentioned, answers)
    if turn.intent in ("greet", "thanks", "are_you_bot", "help", "what_can_you_do", "affirm"):
        return Step(Meaning.SMALL_TALK)
    return Step(Meaning.UNCLEAR, note=f"没太明白您的意思。{asking.expected}。")


def _leaves_from(intent: str, others: frozenset[str]) -> float:
    """How sure the classifier must be of the intent for it to leave the form; above 1 for what never does."""
    return LEAVING.get(intent, OTHER_TASK if intent in others else 2.0)


# Whoever wants to leave says so in a few words and clearly; a story about it is the answer.
LEAVES_IN_CHARACTERS = 12
LEAVES_SURELY = 0.7


def _take_text(form: Form, asking: Field, read: Read | Problem | None, turn: Turn) -> Step:
    leaves = turn.intent != form.intent and turn.intent in LEAVING
    if leaves and turn.confidence >= LEAVES_SURELY and len(turn.text) <= LEAVES_IN_CHARACTERS:
        return Step(Meaning.LEAVE)
    if isinstance(read, Problem):
        return Step(Meaning.PROBLEM, note=read.text + "。")
    if read is None:
        return Step(Meaning.UNCLEAR, note=f"{asking.expected}。")
    return Step(Meaning.ANSWER, {asking.slot: read.value})


def _read(asked: Field, turn: Turn) -> Read | Problem | None:
    if asked.skippable:
        for word in SKIP_WORDS:
            start = turn.text.find(word)
            if start >= 0:
                return Read(SKIP, (start, start + len(word)))
    return asked.read(turn.text, turn.entities)


def _is_bare(text: str, read: Read, asked: Field) -> bool:
    """Whether little more than the value was said."""
    rest = text[: read.span[0]] + text[read.span[1] :]
    if re.search(r"[?？]|吗|怎么|多少|什么", rest):
        return False
    for keyword in sorted((*asked.keywords, asked.topic), key=len, reverse=True):
        rest = rest.replace(keyword, "")
    return len(_FILLERS.sub("", rest)) <= 2


def _is_weak(read: Read) -> bool:
    """A single character found somewhere in a sentence is no answer to a choice (你好 is not 好)."""
    return isinstance(read.value, str) and read.span[1] - read.span[0] < 2


def _is_question(turn: Turn) -> bool:
    if turn.intent.startswith("ask_"):
        return turn.confidence >= 0.5 or _QUESTION.search(turn.text) is not None
    return _QUESTION.search(turn.text) is not None and turn.intent not in ("are_you_bot", "help")


def _mentioned(
    form: Form, answers: Mapping[str, Any], turn: Turn, exclude: Sequence[str]
) -> dict[str, Any]:
    """Values said together with the name of their question (余额五万), and choices said by name (首套)."""
    found: dict[str, Any] = {}
    known = dict(answers)
    # A later question may only apply once an earlier one is known, hence step by step.
    for candidate in form.fields:
        if candidate.slot in exclude or candidate not in form.applicable(known):
            continue
        value = _mention(candidate, turn)
        if value is not None and value != answers.get(candidate.slot):
            found[candidate.slot] = known[candidate.slot] = value
    return found


def _mention(candidate: Field, turn: Turn) -> Any | None:
    for keyword in candidate.keywords:
        at = turn.text.find(keyword)
        if at < 0:
            continue
        end = at + len(keyword)
        # The value stands right behind the keyword, with at most a few words between, or right before it.
        near = tuple(e for e in turn.entities if 0 <= e.start - end <= 5 or 0 <= at - e.end <= 1)
        read = (
            candidate.read(turn.text[at:], ())
            if isinstance(candidate, ChoiceField)
            else candidate.read("", near)
        )
        if isinstance(read, Read):
            return read.value
    return None


def _corrections(
    form: Form, asking: Field, answers: Mapping[str, Any], turn: Turn
) -> dict[str, Any]:
    """What a correction changes: the question it names, else the last answer it fits, else the one asked now."""
    named = _mentioned(form, answers, turn, exclude=())
    if named:
        return named
    given = [f for f in form.applicable(answers) if answers.get(f.slot) is not None]
    # In "不是3000，是3500" the last value is the right one.
    last_first = Turn(turn.text, turn.intent, turn.confidence, tuple(reversed(turn.entities)))
    for candidate in (*reversed(given), asking):
        read = candidate.read(turn.text, last_first.entities)
        if (
            isinstance(read, Read)
            and not _is_weak(read)
            and read.value != answers.get(candidate.slot)
        ):
            return {candidate.slot: read.value}
    return {}


def _correction(form: Form, updates: dict[str, Any], answers: Mapping[str, Any]) -> Step:
    said = "，".join(
        f"{f.topic}{f.show(updates[f.slot])}" for f in form.fields if f.slot in updates
    )
    changed = any(answers.get(slot) is not None for slot in updates)
    done = "已改为" if changed else "已记下"
    return Step(Meaning.CORRECTION, updates, note=f"好的，{done}：{said}。")
