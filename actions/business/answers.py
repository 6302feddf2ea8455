"""What the business system may answer, checked field by field, and how it becomes core's values. Used by http.py.

Unknown fields are ignored. A wrong type, an amount nobody can have, or a phone that nobody masked makes the
whole answer nonsense: better none than one that is wrong or tells too much.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal
from typing import Annotated, Any, Self

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)

from core.clock import LOCAL_ZONE
from core.conversation import business as port

MAX_FEN = 10**10  # a hundred million yuan
FIRST_DAY, LAST_DAY = date(1949, 10, 1), date(2100, 1, 1)
LONGEST_SLOT = timedelta(days=1)


def _month(value: Any) -> date:
    if not isinstance(value, str) or not re.fullmatch(r"[0-9]{4}-(0[1-9]|1[0-2])", value):
        raise ValueError("not a month")
    return date.fromisoformat(f"{value}-01")


def _fraction(value: Any) -> Decimal:
    if not isinstance(value, str) or not re.fullmatch(r"[0-9](\.[0-9]{1,6})?", value):
        raise ValueError("not a decimal fraction")
    return Decimal(value)


def _is_masked(value: str) -> str:
    if "*" not in value or re.search(r"[0-9]{6}", value):
        raise ValueError("not masked")
    return value


Amount = Annotated[int, Field(ge=0, le=MAX_FEN)]
Change = Annotated[int, Field(ge=-MAX_FEN, le=MAX_FEN)]
Day = Annotated[date, Field(ge=FIRST_DAY, le=LAST_DAY)]
Month = Annotated[date, BeforeValidator(_month), Field(ge=FIRST_DAY, le=LAST_DAY)]
Rate = Annotated[Decimal, BeforeValidator(_fraction), Field(le=Decimal("0.5"))]
Index = Annotated[Decimal, BeforeValidator(_fraction)]
Key = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._~-]{1,100}$")]
Token = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._~+/=-]{16,4096}$")]
# No control characters: these words are shown to citizens.
Text = Annotated[str, StringConstraints(pattern=r"^[^\x00-\x1f\x7f]{1,200}$")]
Short = Annotated[str, StringConstraints(pattern=r"^[^\x00-\x1f\x7f]{1,40}$")]
MaskedText = Annotated[str, StringConstraints(max_length=100), AfterValidator(_is_masked)]
MaskedPhone = Annotated[str, StringConstraints(pattern=r"^[0-9]{0,4}\*{3,8}[0-9]{2,4}$")]
Instant = Annotated[AwareDatetime, AfterValidator(lambda at: at.astimezone(LOCAL_ZONE))]
Places = Annotated[int, Field(ge=1, le=10_000)]


class _Answer(BaseModel):
    model_config = ConfigDict(strict=True, extra="ignore", frozen=True, hide_input_in_errors=True)


class HallAnswer(_Answer):
    id: Key
    name: Text
    address: Text
    phone: Short
    hours: Text
    district: Text
    businesses: Annotated[tuple[Short, ...], Field(max_length=20)] = ()
    longitude: float | None = Field(None, ge=-180, le=180)
    latitude: float | None = Field(None, ge=-90, le=90)

    def value(self) -> port.ServiceHall:
        return port.ServiceHall(**dict(self))


class HallsAnswer(_Answer):
    halls: Annotated[list[HallAnswer], Field(max_length=500)]


class ChallengeAnswer(_Answer):
    id: Key
    phone_masked: MaskedPhone
    expires_at: Instant
    resend_after_seconds: int = Field(ge=0, le=86_400)

    def value(self) -> port.Challenge:
        return port.Challenge(**dict(self))


class IdentityAnswer(_Answer):
    token: Token
    name_masked: MaskedText
    expires_at: Instant

    def value(self) -> port.Identity:
        return port.Identity(**dict(self))


class FundAccountAnswer(_Answer):
    account_masked: MaskedText
    status: port.AccountStatus
    balance: Amount
    base: Amount
    employer_rate: Rate
    personal_rate: Rate
    monthly_deposit: Amount
    employer_masked: MaskedText | None = None
    paid_until: Month | None = None
    opened_on: Day

    def value(self) -> port.FundAccount:
        return port.FundAccount(**dict(self))


class RecordAnswer(_Answer):
    id: Key
    month: Month
    posted_on: Day
    kind: port.RecordKind
    amount: Change
    balance: Amount


class RecordsAnswer(_Answer):
    records: Annotated[list[RecordAnswer], Field(max_length=100)]
    next: Key | None

    def value(self) -> port.DepositPage:
        records = tuple(port.DepositRecord(**dict(record)) for record in self.records)
        return port.DepositPage(records, self.next)


class StepAnswer(_Answer):
    name: Text
    done_on: Day | None = None


class ApplicationAnswer(_Answer):
    number: Key
    kind: Text
    submitted_on: Day
    amount: Amount
    status: port.ApplicationStatus
    current_step: Text
    steps: Annotated[tuple[StepAnswer, ...], Field(min_length=1, max_length=30)]
    missing: Annotated[tuple[Text, ...], Field(max_length=30)] = ()
    reason: Text | None = None
    expected_on: Day | None = None

    @model_validator(mode="after")
    def _stands_at_a_step(self) -> Self:
        if self.current_step not in {step.name for step in self.steps}:
            raise ValueError("the current step is none of the steps")
        return self

    def value(self) -> port.Application:
        steps = tuple(port.Step(**dict(step)) for step in self.steps)
        return port.Application(**{**dict(self), "steps": steps})


class ApplicationsAnswer(_Answer):
    applications: Annotated[list[ApplicationAnswer], Field(max_length=100)]


class InsuranceAnswer(_Answer):
    kind: port.InsuranceKind
    paying: bool
    months: int = Field(ge=0, le=900)
    base: Amount | None = None
    paid_until: Month | None = None


class SocialInsuranceAnswer(_Answer):
    insurances: Annotated[list[InsuranceAnswer], Field(max_length=5)]
    pension_balance: Amount | None = None
    average_index: Index | None = None

    def value(self) -> port.SocialInsurance:
        kinds = tuple(port.Insurance(**dict(insurance)) for insurance in self.insurances)
        return port.SocialInsurance(kinds, self.pension_balance, self.average_index)


class OpenDayAnswer(_Answer):
    day: Day
    free: Places


class OpenDaysAnswer(_Answer):
    days: Annotated[list[OpenDayAnswer], Field(max_length=100)]


class _Period(_Answer):
    start: Instant
    end: Instant

    @model_validator(mode="after")
    def _ends_after_it_starts(self) -> Self:
        if not timedelta(0) < self.end - self.start <= LONGEST_SLOT:
            raise ValueError("the end does not follow the start")
        return self


class SlotAnswer(_Period):
    id: Key
    free: Places

    def value(self) -> port.Slot:
        return port.Slot(**dict(self))


class SlotsAnswer(_Answer):
    slots: Annotated[list[SlotAnswer], Field(max_length=200)]


class AppointmentAnswer(_Period):
    number: Key
    hall: HallAnswer
    business: Short
    status: port.AppointmentStatus
    name_masked: MaskedText
    phone_masked: MaskedPhone

    def value(self) -> port.Appointment:
        return port.Appointment(**{**dict(self), "hall": self.hall.value()})
