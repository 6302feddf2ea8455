"""What the stand-in takes and gives, as docs/business-api.yaml says it; a contract test compares the two."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field, StringConstraints

Key = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._~-]{1,100}$")]
Phone = Annotated[str, StringConstraints(pattern=r"^1[3-9][0-9]{9}$")]
Month = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])$")]
Name = Annotated[str, StringConstraints(min_length=1, max_length=50)]


# ---- asked -----------------------------------------------------------------------------------------------------


class Start(BaseModel):
    name: Name
    id_number: Annotated[str, StringConstraints(pattern=r"^[0-9]{17}[0-9X]$")]


class Resend(BaseModel):
    challenge_id: Key


class Confirm(BaseModel):
    challenge_id: Key
    code: Annotated[str, StringConstraints(pattern=r"^[0-9]{4,8}$")]


class Booking(BaseModel):
    slot_id: Key
    name: Name
    phone: Phone
    business: Annotated[str, StringConstraints(min_length=1, max_length=20)]


class NumberAndPhone(BaseModel):
    number: Key
    phone: Phone


# ---- answered --------------------------------------------------------------------------------------------------


class Hall(BaseModel):
    """`regions`: under which names a caller may ask for the region; not part of the answer."""

    id: str
    name: str
    address: str
    phone: str
    hours: str
    district: str
    businesses: list[str]
    longitude: float
    latitude: float
    regions: tuple[str, ...] = Field(("example", "示例市"), exclude=True)


class Halls(BaseModel):
    halls: list[Hall]


class Challenge(BaseModel):
    id: str
    phone_masked: str
    expires_at: datetime
    resend_after_seconds: int


class Identity(BaseModel):
    token: str
    name_masked: str
    expires_at: datetime


class FundAccount(BaseModel):
    account_masked: str
    status: Literal["normal", "sealed", "frozen", "closed"]
    balance: int
    base: int
    employer_rate: str
    personal_rate: str
    monthly_deposit: int
    employer_masked: str | None
    paid_until: str | None
    opened_on: date


RecordKind = Literal[
    "deposit", "supplement", "interest", "withdrawal", "repayment", "transfer_in", "transfer_out"
]


class Record(BaseModel):
    id: str
    month: str
    posted_on: date
    kind: RecordKind
    amount: int
    balance: int


class Records(BaseModel):
    records: list[Record]
    next: str | None


class Step(BaseModel):
    name: str
    done_on: date | None = None


class Application(BaseModel):
    number: str
    kind: str
    submitted_on: date
    amount: int
    status: Literal["in_progress", "needs_documents", "approved", "paid", "rejected", "withdrawn"]
    current_step: str
    steps: list[Step]
    missing: list[str] = []
    reason: str | None = None
    expected_on: date | None = None


class Applications(BaseModel):
    applications: list[Application]


class Insurance(BaseModel):
    kind: Literal["pension", "medical", "unemployment", "injury", "maternity"]
    paying: bool
    months: int
    base: int | None
    paid_until: str | None


class SocialInsurance(BaseModel):
    insurances: list[Insurance]
    pension_balance: int | None = None
    average_index: str | None = None


class OpenDay(BaseModel):
    day: date
    free: int


class OpenDays(BaseModel):
    days: list[OpenDay]


class Slot(BaseModel):
    id: str
    start: datetime
    end: datetime
    free: int


class Slots(BaseModel):
    slots: list[Slot]


class Appointment(BaseModel):
    number: str
    hall: Hall
    business: str
    start: datetime
    end: datetime
    status: Literal["booked", "cancelled", "over"]
    name_masked: str
    phone_masked: str
