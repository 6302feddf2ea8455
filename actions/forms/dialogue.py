"""One turn inside a form: is the text an answer, a correction, a question, or a wish to leave? Pure.

Rasa runs the form and keeps its slots; this decides what a message means for it. The order of the checks
matters: a plain way out always leads out, a clear value is a value whatever the classifier thinks ("一个人" is no
wish for a person), a wish to leave comes before guessing, and a question is answered before a value is picked
out of it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from actions.forms.choices import NAMELESS, ChoiceField
from actions.forms.corrections import corrected, named_question
from actions.forms.entries import ConfirmField
from actions.forms.fields import SKIP, SKIP_WORDS, Field, Problem, Read
from actions.forms.form import Form
from actions.forms.phrases import (
    AGAIN,
    BACK,
    CORRECTION,
    HUH,
    LOOKING,
    NOT_WANTED,
    QUESTION,
    WANTING,
    bare,
    names_nothing,
    way_out,
)
from actions.forms.reading import Reading, is_bare, read_asked, read_message
from actions.forms.turn import Meaning, Step, Turn

__all__ = ["LEAVING", "Meaning", "Step", "Turn", "open_form", "take_turn"]

# Intents that leave the form, and how sure the classifier must be; Rasa's rules then decide what happens
# (data/rules/). Below that, what was said is looked up or asked about.
LEAVING = {
    "cancel": 0.4,
    "request_human": 0.4,
    "wish": 0.5,
    "complain": 0.6,
    "anger": 0.5,
    "start_over": 0.5,
    "bye": 0.45,
}
# The same for the intents that open another task.
OTHER_TASK = 0.5
# Intents that steer the form itself, and how sure the classifier must be.
STEERING = {
    "go_back": Meaning.BACK,
    "repeat": Meaning.REPEAT,
    "explain": Meaning.EXPLAIN,
    "not_solved": Meaning.EXPLAIN,
    "wait": Meaning.WAIT,
    "resume": Meaning.REPEAT,
}
STEERS_SURELY = 0.5
SMALL_TALK = frozenset(
    {"greet", "thanks", "are_you_bot", "help", "what_can_you_do", "affirm", "praise", "solved"}
)
# Whoever wants to leave a question for free words says so in a few of them and clearly; a story about it is the answer.
LEAVES_IN_CHARACTERS = 12
LEAVES_SURELY = 0.7
# A longer clause tells a story around its figure.
VALUE_IN_CHARACTERS = 12
# A figure that the question does not take asks for nothing else, whatever an editor's example may be.
_FIGURES = re.compile(r"[\W\d_年月日号岁元块千万亿个期天]+")
_CLAUSE_END = re.compile(r"[,，。;；!！\n]+|\s+(?=对了|还有|另外|顺便|请问)")


def open_form(form: Form, turn: Turn, answers: Mapping[str, Any]) -> Step:
    """The form begins: take what the opening sentence already says (我余额五万能贷多少)."""
    return Step(Meaning.ANSWER, read_message(form, answers, turn).values)


def take_turn(
    form: Form,
    asking: Field,
    answers: Mapping[str, Any],
    turn: Turn,
    others: frozenset[str] = frozenset(),
) -> Step:
    """What `turn` means while the form waits for `asking`; `others` are the intents that open another task."""
    if isinstance(asking, ChoiceField) and _is_option(asking, turn.text):
        return Step(Meaning.ANSWER, _only(read_asked(asking, turn), asking))
    out = way_out(turn.text)
    if out:
        return Step(Meaning.LEAVE, leave_by=out)
    if BACK.fullmatch(bare(turn.text)):
        return Step(Meaning.BACK)
    if AGAIN.fullmatch(bare(turn.text)) or HUH.fullmatch(bare(turn.text).strip("。…")):
        return Step(Meaning.REPEAT)
    if asking.free:
        return _take_text(form, asking, turn)
    reading = read_message(form, answers, turn, asking)
    # The classifier takes many an enumeration for a correction; the answer to the question is none.
    guessed = turn.intent == "correct" and asking.slot not in reading.values
    correcting = guessed or CORRECTION.search(turn.text) is not None
    alone = reading.values.keys() == {asking.slot} and isinstance(reading.asked, Read)
    if not correcting and alone and is_bare(turn.text, _read(reading.asked), asking):
        return Step(Meaning.ANSWER, reading.values)
    if correcting and turn.intent not in LEAVING:
        step = _correct(form, asking, answers, turn)
        if step is not None:
            return step
    # 公积金余额8万 is an answer, though it sounds like a wish to see the balance.
    wants_more = asking.slot not in reading.values or WANTING.search(turn.text) is not None
    another = turn.intent in others and turn.intent != form.intent and wants_more
    another = another and _FIGURES.fullmatch(turn.text) is None
    leaves = another or (turn.intent in LEAVING and turn.intent != form.intent)
    if another and _is_question(turn):
        step = _ask_back(form, asking, answers, turn)
        if asking.slot in step.updates:
            # The question behind an answer, however much it sounds like a task.
            return step
    if leaves and turn.confidence >= LEAVING.get(turn.intent, OTHER_TASK):
        return Step(Meaning.LEAVE)
    steered = STEERING.get(turn.intent)
    asks_first = steered is Meaning.WAIT and _asks_in_waiting(turn.text)
    sure = turn.confidence >= STEERS_SURELY and not asks_first
    if steered and sure and not reading.values and not reading.problem:
        return Step(steered)
    if _is_question(turn) and not _answers_choice(asking, reading, turn.text):
        return _ask_back(form, asking, answers, turn)
    if isinstance(asking, ConfirmField):
        # A yes somewhere in a sentence submits nothing.
        reading.values.pop(asking.slot, None)
    problem = reading.asked.text if isinstance(reading.asked, Problem) else reading.problem
    if problem and asking.slot not in reading.values:
        return Step(Meaning.PROBLEM, reading.values, note=problem + "。")
    if reading.values:
        return _take_values(form, asking, answers, reading.values)
    return _without_value(asking, turn)


def _is_option(asking: ChoiceField, text: str) -> bool:
    """Whether the message is one of the choices word for word; then it is nothing else (取消 may be one)."""
    said = bare(text)
    return any(said in (bare(o.label), *o.words) for o in asking.choices)


def _read(read: Read | Problem | None) -> Read:
    assert isinstance(read, Read)
    return read


def _only(read: Read | Problem | None, asking: Field) -> dict[str, Any]:
    return {asking.slot: _read(read).value}


def _take_text(form: Form, asking: Field, turn: Turn) -> Step:
    leaves = turn.intent not in (form.intent, *asking.stays) and turn.intent in LEAVING
    if leaves and turn.confidence >= LEAVES_SURELY and len(turn.text) <= LEAVES_IN_CHARACTERS:
        return Step(Meaning.LEAVE)
    if asking.skippable and (
        bare(turn.text) in SKIP_WORDS or NOT_WANTED.fullmatch(bare(turn.text))
    ):
        return Step(Meaning.ANSWER, {asking.slot: SKIP})
    read = read_asked(asking, turn)
    if isinstance(read, Problem):
        return Step(Meaning.PROBLEM, note=read.text + "。")
    if read is None:
        return Step(Meaning.UNCLEAR)
    return Step(Meaning.ANSWER, {asking.slot: read.value})


def _correct(form: Form, asking: Field, answers: Mapping[str, Any], turn: Turn) -> Step | None:
    changed = corrected(form, asking, answers, turn)
    if changed:
        return _noted(form, Meaning.CORRECTION, changed, answers)
    named = named_question(form, answers, turn.text)
    if named is not None:
        return Step(Meaning.BACK, back_to=named.slot)
    if names_nothing(turn.text) and not isinstance(asking, ConfirmField):
        return Step(Meaning.WHICH)
    return None


def _is_question(turn: Turn) -> bool:
    if turn.intent.startswith("ask_"):
        return turn.confidence >= 0.5 or QUESTION.search(turn.text) is not None
    return QUESTION.search(turn.text) is not None and turn.intent not in ("are_you_bot", "help")


def _asks_in_waiting(text: str) -> bool:
    return QUESTION.search(text) is not None and LOOKING.search(text) is None


def _answers_choice(asking: Field, reading: Reading, text: str) -> bool:
    """退休了呀都退休八年了 answers, though it sounds like its topic: a choice's own word, and nothing asked."""
    read = reading.asked
    if not isinstance(asking, ChoiceField) or not isinstance(read, Read) or QUESTION.search(text):
        return False
    word = text[read.span[0] : read.span[1]]
    return asking.slot in reading.values and len(word) > 2 and word not in NAMELESS


def _ask_back(form: Form, asking: Field, answers: Mapping[str, Any], turn: Turn) -> Step:
    """A question, and what stands before or behind it as an answer of its own: 8万，对了提前还款要手续费吗."""
    values: dict[str, Any] = {}
    questions: list[str] = []
    start = 0
    ends = [match.span() for match in _CLAUSE_END.finditer(turn.text)]
    for end, following in (*ends, (len(turn.text), len(turn.text))):
        part = turn.between(start, end)
        start = following
        if not part.text.strip():
            continue
        reading = read_message(form, {**answers, **values}, part, asking)
        short = len(part.text.strip()) <= VALUE_IN_CHARACTERS
        if QUESTION.search(part.text) is None and reading.values and short:
            values |= reading.values
        else:
            questions.append(part.text.strip())
    if not values or not questions:
        return Step(Meaning.QUESTION, question=turn.text)
    return Step(Meaning.QUESTION, values, question="，".join(questions))


def _take_values(
    form: Form, asking: Field, answers: Mapping[str, Any], values: dict[str, Any]
) -> Step:
    """Answers, and perhaps changes of earlier ones; more than the asked one is said back."""
    values = {slot: v for slot, v in values.items() if v != answers.get(slot)} or values
    if values.keys() == {asking.slot}:
        return Step(Meaning.ANSWER, values)
    meaning = Meaning.ANSWER if asking.slot in values else Meaning.CORRECTION
    return _noted(form, meaning, values, answers)


def _noted(
    form: Form, meaning: Meaning, updates: dict[str, Any], answers: Mapping[str, Any]
) -> Step:
    """The step with its values said back, so that a wrong one is seen at once."""
    return Step(meaning, updates, note=said_back(form, updates, answers))


def said_back(form: Form, updates: Mapping[str, Any], answers: Mapping[str, Any]) -> str:
    """好的，已改为：公积金账户余额6万元。"""
    # None: an answer that fell away; its question is asked again.
    given = [f for f in form.fields if updates.get(f.slot) is not None]
    if not given:
        return ""
    said = "，".join(_named(f, updates[f.slot]) for f in given)
    changed = any(answers.get(slot) is not None for slot in updates)
    return f"好的，{'已改为' if changed else '已记下'}：{said}。"


def _named(asked: Field, value: Any) -> str:
    """公积金账户余额6万元, 住房套数“首套”, 房屋总价跳过"""
    if value == SKIP:
        return f"{asked.topic}跳过"
    shown = asked.show(value)
    return f"{asked.topic}“{shown}”" if isinstance(asked, ChoiceField) else f"{asked.topic}{shown}"


def _without_value(asking: Field, turn: Turn) -> Step:
    """Nothing in it answers a question."""
    if isinstance(asking, ConfirmField) and turn.intent == "deny":
        return Step(Meaning.WHICH)
    said = bare(turn.text)
    if NOT_WANTED.fullmatch(said) and asking.skippable:
        return Step(Meaning.ANSWER, {asking.slot: SKIP})
    if turn.intent == "skip" or said in SKIP_WORDS:
        # read_asked has taken it where the question may be skipped.
        return Step(Meaning.PROBLEM, note=f"{asking.topic}是必填的，不能跳过。")
    if turn.intent in SMALL_TALK:
        return Step(Meaning.SMALL_TALK)
    return Step(Meaning.UNCLEAR)
