"""Reads {"error": {"code", ...}} of the business system into core's named errors. Used by caller.py."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from core.conversation.business_errors import (
    AccountNotFound,
    AlreadyBooked,
    AppointmentNotFound,
    BusinessError,
    CodeExpired,
    CodeWrong,
    HallNotFound,
    IdentityExpired,
    NoPhoneOnFile,
    PersonNotFound,
    RequestRefused,
    SendTooOften,
    SlotTaken,
    TooLate,
    TooManyAttempts,
)

PLAIN: dict[str, type[BusinessError]] = {
    refusal.code: refusal
    for refusal in (
        AccountNotFound, AlreadyBooked, AppointmentNotFound, CodeExpired, HallNotFound, IdentityExpired,
        NoPhoneOnFile, PersonNotFound, RequestRefused, SlotTaken, TooLate,
    )
}  # fmt: skip
# Where the system does not say how long to wait.
LOCK_SECONDS = 15 * 60
RESEND_SECONDS = 60
WEEK_SECONDS = 7 * 24 * 3600


class _Error(BaseModel):
    model_config = ConfigDict(strict=True)

    code: str = Field(max_length=60)
    attempts_left: int | None = Field(None, ge=0, le=100)
    retry_after_seconds: int | None = Field(None, ge=0, le=WEEK_SECONDS)


class _Refusal(BaseModel):
    error: _Error


def read_refusal(content: bytes) -> BusinessError | None:
    """The named error; None when the body has another form or a code we do not know. Its own message is not read."""
    try:
        error = _Refusal.model_validate_json(content).error
    except ValidationError:
        return None
    if error.code == CodeWrong.code:
        return CodeWrong(error.attempts_left)
    if error.code == TooManyAttempts.code:
        return TooManyAttempts(error.retry_after_seconds or LOCK_SECONDS)
    if error.code == SendTooOften.code:
        return SendTooOften(error.retry_after_seconds or RESEND_SECONDS)
    refusal = PLAIN.get(error.code)
    return refusal() if refusal else None
