"""What a correction changes: 不对，是8000 / 余额改成6万 / 不是首套是二套. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from actions.forms.entries import ConfirmField
from actions.forms.fields import Field, Read
from actions.forms.form import Form
from actions.forms.phrases import names_nothing
from actions.forms.reading import is_weak, read_named
from actions.forms.turn import Turn

# What is taken back, before what stands in its place: 不是3000，是3500 / 从8万改成6万.
_TAKEN_BACK = re.compile(
    r"(?:不是|并非|从|由|把|原来的?|刚才的?)(?P<old>[^,，。]{1,14}?)(?=[,，。\s]*(?:而?是|应该|应当|改[成为到]|换成))"
)


def corrected(form: Form, asking: Field, answers: Mapping[str, Any], turn: Turn) -> dict[str, Any]:
    """The question a correction names, else the last answer it fits, else the one asked now."""
    turn = _without_old(turn)
    named = read_named(form, answers, turn)
    if named:
        return named
    given = [f for f in form.applicable(answers) if answers.get(f.slot) is not None]
    for candidate in (*reversed(given), asking):
        if isinstance(candidate, ConfirmField) or candidate.free or candidate.handle is not None:
            continue
        read = candidate.read(turn.text, turn.entities)
        if (
            isinstance(read, Read)
            and not is_weak(read)
            and read.value != answers.get(candidate.slot)
        ):
            return {candidate.slot: read.value}
    return {}


def named_question(form: Form, answers: Mapping[str, Any], text: str) -> Field | None:
    """The answered question a text wants to correct without saying how: 改一下余额, 年龄说错了."""
    answered = [f for f in form.applicable(answers) if answers.get(f.slot) is not None]
    naming = [
        (len(word), f)
        for f in answered
        for word in (f.topic, *f.keywords)
        if word in text and names_nothing(text.replace(word, ""))
    ]
    return max(naming, key=lambda pair: pair[0])[1] if naming else None


def _without_old(turn: Turn) -> Turn:
    """The message without what it takes back, so that the new value is the one that is read."""
    text = turn.text
    for match in _TAKEN_BACK.finditer(turn.text):
        start, end = match.span("old")
        text = text[:start] + " " * (end - start) + text[end:]
    # A value that was blanked out is gone.
    entities = tuple(e for e in turn.entities if text[e.start : e.end].strip())
    return replace(turn, text=text, entities=entities)
