"""The three questions of the identity check, which every form about a citizen's own data begins with.

They read the whole message before the form does: a name may look like a wish to leave and a code like an amount.
What they do not take (算了, 转人工, a question, another task) the form understands as always.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from actions.forms.context import Answers, Handled, TaskContext
from actions.forms.fields import Entity, Field, Option, Problem, Read
from actions.forms.phrases import BACK, bare
from actions.forms.turn import Turn
from actions.identity import reading, words
from actions.identity.check import CODE, GIVEN, NAME, NUMBER, RESET, begin, confirm, resend

# From so sure an intent on a bare word without a surname is what the intent says, not a name.
MEANT = 0.6
NAMES_OF = frozenset({"inform", "nlu_fallback", "out_of_scope", ""})


@dataclass(frozen=True)
class SecretField(Field):
    """A question whose answer only its own hook reads. `ways`: other things to do at it, as buttons."""

    expects: str = ""
    ways: tuple[str, ...] = ()

    @property
    def options(self) -> tuple[Option, ...]:
        return tuple(Option(way, way) for way in self.ways)

    @property
    def expected(self) -> str:
        return self.expects

    def read(self, text: str, entities: Sequence[Entity]) -> Read | Problem | None:
        return None

    def show(self, value: Any) -> str:
        return "已填写"


async def hear_person(
    turn: Turn, answers: Answers, context: TaskContext, opening: bool
) -> Handled | None:
    """Name, number, or both; begins the check as soon as both are there."""
    if answers.get(NAME) and _goes_back(turn):
        return Handled(RESET, words.BOTH_AGAIN)
    heard = reading.read_person(turn.text)
    name, known = heard.name, answers.get(NAME)
    if heard.problem:
        return Handled({NAME: name} if name else {}, f"{heard.problem}。", heard.kept)
    if heard.number is not None:
        name = name or (known if known != GIVEN else None)
        if not name:
            return Handled(note=words.NAME_MISSING, kept=heard.kept)
        return await begin(name, heard.number, heard.kept, context)
    if name is None or opening or not _is_meant_as_name(turn, heard, answers):
        return None
    note = "好的，姓名已改。" if known else ""
    return Handled({NAME: name}, note, heard.kept)


def _goes_back(turn: Turn) -> bool:
    """上一步: what was given is not shown, so it is given again."""
    return BACK.fullmatch(bare(turn.text)) is not None


def _is_meant_as_name(turn: Turn, heard: reading.Heard, answers: Answers) -> bool:
    if answers.get(NAME) and turn.text.strip() == heard.name:
        # The name was asked for before; a bare word now is only a name if it cannot be anything else.
        return heard.sure and turn.intent in NAMES_OF
    return heard.sure or turn.intent in NAMES_OF or turn.confidence < MEANT


async def hear_code(
    turn: Turn, answers: Answers, context: TaskContext, opening: bool
) -> Handled | None:
    """The code, a wish for a new one, or for another name and number."""
    known = dict(answers)
    person = reading.read_person(turn.text)
    if person.number is not None or person.problem:
        # Another number is another check; the code of the first one will not open it.
        handled = await hear_person(turn, {**known, **RESET}, context, opening) or Handled()
        return replace(handled, updates={**RESET, **handled.updates})
    heard = reading.read_code(turn.text)
    if heard.code is not None:
        return await confirm(heard.code, heard.kept, known, context)
    if heard.problem:
        return Handled(note=f"{heard.problem}。", kept=heard.kept)
    if reading.PHONE.search(turn.text):
        return Handled(note=words.OTHER_PHONE)
    if reading.RESEND.search(turn.text):
        return await resend(known, context)
    if reading.CHANGE.search(turn.text) or _goes_back(turn):
        return Handled(RESET, words.BOTH_AGAIN)
    return None


IDENTITY_FIELDS: tuple[Field, ...] = (
    SecretField(
        slot=NAME, topic="姓名", question=words.ASK_NAME, handle=hear_person,
        expects=words.EXPECT_NAME,
    ),
    SecretField(
        slot=NUMBER, topic="身份证号码", question=words.ASK_NUMBER, handle=hear_person,
        expects=words.EXPECT_NUMBER,
    ),
    SecretField(
        slot=CODE, topic="验证码", question=words.ASK_CODE, handle=hear_code,
        expects=words.EXPECT_CODE, ways=("重新发送", "换个号码"),
    ),
)  # fmt: skip
