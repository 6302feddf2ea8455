"""Builds a task about a citizen's own data: its form begins with the identity check, its result is for nobody else."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from actions.forms.context import Answers, Outcome, Prepared, TaskContext
from actions.forms.fields import Field
from actions.forms.form import Form, Task
from actions.forms.turn import Turn
from actions.identity import proof as proofs
from actions.identity import words
from actions.identity.check import CODE, GIVEN, NAME, NUMBER, PASSED, SLOTS, gateway_of
from actions.identity.questions import IDENTITY_FIELDS
from core.conversation.business import BusinessGateway
from core.conversation.business_errors import IdentityExpired
from core.conversation.content import Content, Personal, TextContent

FILLED = {NAME: GIVEN, NUMBER: GIVEN, CODE: PASSED}


@dataclass(frozen=True)
class Found:
    """What a personal task tells. `reopen` as in Outcome: asks on. `private` False: nothing personal is in it."""

    contents: Sequence[Content]
    reopen: Mapping[str, Any] | None = None
    private: bool = True


# (the system, the token, the answers, the context) -> what was found. Raises BusinessError, Unavailable.
LookUp = Callable[[BusinessGateway, str, Answers, TaskContext], Awaitable[Found]]
# What the opening message already answers of the form's own questions.
ReadOpening = Callable[[Turn, TaskContext], Mapping[str, Any]]


def personal_task(
    *,
    name: str,
    intent: str,
    title: str,
    label: str,
    business: str,
    look_up: LookUp,
    fields: tuple[Field, ...] = (),
    read_opening: ReadOpening | None = None,
) -> Task:
    """`label` stands for the result wherever others look: the desk, the transcript, the tracker."""
    form = Form(name=name, intent=intent, title=title, fields=(*IDENTITY_FIELDS, *fields))

    def prepare(turn: Turn, context: TaskContext) -> Prepared:
        gateway_of(context)
        known = dict(read_opening(turn, context)) if read_opening else {}
        if context.proof is None:
            return Prepared(known, words.CONSENT)
        return Prepared({**FILLED, **known}, words.STILL_CHECKED)

    async def finish(answers: Answers, context: TaskContext) -> Outcome:
        proof = context.proof
        if proof is None:
            return _check_again()
        try:
            found = await look_up(gateway_of(context), proof.token, answers, context)
        except IdentityExpired:
            return _check_again()
        personal = Personal(label, proof.until) if found.private else None
        return Outcome(found.contents, reopen=found.reopen, personal=personal)

    return Task(form, finish, business=business, prepare=prepare)


def _check_again() -> Outcome:
    """The check is over: the answers to the form's own questions stay."""
    again = {**dict.fromkeys(SLOTS), proofs.SLOT: None}
    return Outcome([TextContent(text=words.EXPIRED)], reopen=again)
