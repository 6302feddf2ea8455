"""The steps of the check with the business system: begin, send again, confirm. Each becomes a Handled for the form.

What the system refuses is told in its own words; what it does not know is told in the same words as what it knows.
The challenge stands sealed in the number's slot, bound to the conversation; name, number and code stand nowhere.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from actions.forms.context import EndForm, Handled, TaskContext
from actions.identity import proof as proofs
from actions.identity import words
from actions.replies import HUMAN
from core.conversation.business import BusinessGateway, Challenge
from core.conversation.business_errors import (
    BusinessError,
    CodeExpired,
    CodeWrong,
    PersonNotFound,
    RequestRefused,
    SendTooOften,
)
from core.errors import Unavailable

NAME, NUMBER, CODE = "identity_name", "identity_number", "identity_code"
SLOTS = (NAME, NUMBER, CODE)
# In the slots once it is known: that it was given, not what.
GIVEN, PASSED = "given", "passed"
# Asks for both again.
RESET: dict[str, Any] = {NAME: None, NUMBER: None}
# How long a challenge may be sent anew; the code itself is over earlier, by the system.
PENDING = timedelta(minutes=20)
# For so many seconds a citizen waits in the middle of a task; the day's last code was sent when it is more.
WORTH_WAITING = 120
_KIND = "challenge"


def gateway_of(context: TaskContext) -> BusinessGateway:
    """Raises EndForm where there is no business system."""
    if context.gateway is None:
        raise EndForm(words.NO_SYSTEM, [HUMAN])
    return context.gateway


async def begin(name: str, number: str, kept: str, context: TaskContext) -> Handled:
    """Have a code sent to the phone on file of whoever has this name and number."""
    try:
        challenge = await gateway_of(context).start_identity_check(name, number)
    except Unavailable:
        return Handled({NAME: name, NUMBER: None}, words.NOT_SENT, kept)
    except (PersonNotFound, RequestRefused) as refusal:
        return Handled(RESET, refusal.message, kept)
    except SendTooOften as refusal:
        if refusal.retry_after_seconds > WORTH_WAITING:
            return Handled(kept=kept, end=EndForm(refusal.message, [HUMAN]))
        return Handled({NAME: name, NUMBER: None}, f"{refusal.message}{words.NUMBER_AGAIN}", kept)
    except BusinessError as refusal:
        return Handled(kept=kept, end=EndForm(refusal.message, [HUMAN]))
    return Handled(_pending(challenge, context), _sent(challenge, context), kept)


async def resend(answers: dict[str, Any], context: TaskContext) -> Handled:
    pending = _opened(answers, context)
    if pending is None:
        return Handled(RESET, words.CHECK_OVER)
    wait = (datetime.fromisoformat(pending["resend_at"]) - context.now).total_seconds()
    if wait > 0:
        return Handled(note=words.wait_to_resend(int(wait) + 1))
    try:
        challenge = await gateway_of(context).resend_identity_code(pending["id"])
    except Unavailable:
        return Handled(note=words.NOT_RESENT)
    except CodeExpired:
        return Handled(RESET, words.CHECK_OVER)
    except SendTooOften as refusal:
        # The code sent last still opens the check.
        return Handled(note=refusal.message)
    except BusinessError as refusal:
        return Handled(end=EndForm(refusal.message, [HUMAN]))
    return Handled(_pending(challenge, context), _sent(challenge, context))


async def confirm(code: str, kept: str, answers: dict[str, Any], context: TaskContext) -> Handled:
    pending = _opened(answers, context)
    if pending is None:
        return Handled(RESET, words.CHECK_OVER, kept)
    try:
        identity = await gateway_of(context).confirm_identity_check(pending["id"], code)
    except Unavailable:
        return Handled(note=words.NOT_CHECKED, kept=kept)
    except CodeWrong as refusal:
        return Handled(note=refusal.message, kept=kept)
    except CodeExpired:
        return Handled(note=words.CODE_OVER, kept=kept)
    except BusinessError as refusal:
        return Handled(kept=kept, end=EndForm(refusal.message, [HUMAN]))
    proof = proofs.proof_of(identity, context.now)
    if proof is None:
        # A check that is over at once is nonsense of the system, not the citizen's fault.
        return Handled(RESET, words.NOT_CHECKED, kept)
    sealed = proofs.keep(proof, context.seal, context.sender)
    return Handled({CODE: PASSED, NUMBER: GIVEN, proofs.SLOT: sealed}, words.PASSED, kept)


def _pending(challenge: Challenge, context: TaskContext) -> dict[str, Any]:
    resend_at = context.now + timedelta(seconds=challenge.resend_after_seconds)
    values = {"id": challenge.id, "resend_at": resend_at.isoformat()}
    sealed = context.seal.close(_KIND, context.sender, values, context.now + PENDING)
    return {NAME: GIVEN, NUMBER: sealed}


def _sent(challenge: Challenge, context: TaskContext) -> str:
    return words.sent_to(challenge.phone_masked, challenge.expires_at, context.now)


def _opened(answers: dict[str, Any], context: TaskContext) -> dict[str, str] | None:
    opened = context.seal.open(_KIND, context.sender, answers.get(NUMBER), context.now)
    return opened[0] if opened else None
