"""What the bot may ask of the business system of a fund or of social insurance. `actions/business` implements it.

Money is integer fen, rates are Decimal fractions (0.12), times are aware and in Chinese time, and a month is
the date of its first day. Every method raises core.errors.Unavailable when the system is down, slow or answers
nonsense, and the named refusals of core.conversation.business_errors.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Literal, Protocol


class Private:
    """Base of what is personal: its repr says what it is and nothing else, for logs and tracebacks."""

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"


# ---- service halls ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ServiceHall:
    """`businesses`: what is done there, 公积金 or 社保 or both. Degrees in GCJ-02, as WeChat sends places."""

    id: str
    name: str
    address: str
    phone: str
    hours: str
    district: str
    businesses: tuple[str, ...] = ()
    longitude: float | None = None
    latitude: float | None = None


# ---- identity check --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Challenge:
    """The system has sent a code to the phone it has on file, if name and number match somebody.

    If they do not, the answer looks the same: `phone_masked` (138****1234) may then be nobody's.
    """

    id: str = field(repr=False)
    phone_masked: str
    expires_at: datetime
    resend_after_seconds: int


@dataclass(frozen=True, repr=False)
class Identity(Private):
    """A passed check. `token` opens the data of this one person until `expires_at`; `name_masked`: 张*."""

    token: str
    name_masked: str
    expires_at: datetime


# ---- what belongs to a person ----------------------------------------------------------------------------------

AccountStatus = Literal["normal", "sealed", "frozen", "closed"]


@dataclass(frozen=True, repr=False)
class FundAccount(Private):
    """`monthly_deposit`: both shares together. `paid_until`: the last month paid for. `employer_masked`: 某某**公司."""

    account_masked: str
    status: AccountStatus
    balance: int
    base: int
    employer_rate: Decimal
    personal_rate: Decimal
    monthly_deposit: int
    employer_masked: str | None
    paid_until: date | None
    opened_on: date


RecordKind = Literal[
    "deposit", "supplement", "interest", "withdrawal", "repayment", "transfer_in", "transfer_out"
]


@dataclass(frozen=True, repr=False)
class DepositRecord(Private):
    """One line of the account. `month`: the month it belongs to; a deposit may be posted later, `posted_on`.

    `amount` is negative for what left the account; `balance` is the one after it. supplement is 补缴,
    repayment is what went straight into the loan (冲还贷).
    """

    id: str
    month: date
    posted_on: date
    kind: RecordKind
    amount: int
    balance: int


@dataclass(frozen=True, repr=False)
class DepositPage(Private):
    """Newest first; `next` is the key of the following page, None on the last."""

    records: tuple[DepositRecord, ...]
    next: str | None


ApplicationStatus = Literal[
    "in_progress", "needs_documents", "approved", "paid", "rejected", "withdrawn"
]


@dataclass(frozen=True, repr=False)
class Step(Private):
    """One step of an application as the fund calls it; `done_on` None: still to come, or going on."""

    name: str
    done_on: date | None


@dataclass(frozen=True, repr=False)
class Application(Private):
    """Of a loan or of a withdrawal. `kind`, `missing`, `reason` and the steps' names are the fund's own Chinese words.

    `current_step` is one of the steps. `missing`: what the citizen has to bring. `reason`: why it was rejected.
    `expected_on`: by when the current step should be done.
    """

    number: str
    kind: str
    submitted_on: date
    amount: int
    status: ApplicationStatus
    current_step: str
    steps: tuple[Step, ...]
    missing: tuple[str, ...] = ()
    reason: str | None = None
    expected_on: date | None = None


InsuranceKind = Literal["pension", "medical", "unemployment", "injury", "maternity"]


@dataclass(frozen=True, repr=False)
class Insurance(Private):
    """`months`: contributed in all. `base`: the last monthly base. `paid_until`: the last month paid for."""

    kind: InsuranceKind
    paying: bool
    months: int
    base: int | None
    paid_until: date | None


@dataclass(frozen=True, repr=False)
class SocialInsurance(Private):
    """`pension_balance`: the personal pension account. `average_index`: 平均缴费指数, 1 is the local average."""

    insurances: tuple[Insurance, ...]
    pension_balance: int | None = None
    average_index: Decimal | None = None

    def of(self, kind: InsuranceKind) -> Insurance | None:
        return next((one for one in self.insurances if one.kind == kind), None)


# ---- appointments ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class OpenDay:
    """A day with free slots: `free` places in all."""

    day: date
    free: int


@dataclass(frozen=True)
class Slot:
    id: str
    start: datetime
    end: datetime
    free: int


AppointmentStatus = Literal["booked", "cancelled", "over"]


@dataclass(frozen=True, repr=False)
class Appointment(Private):
    number: str
    hall: ServiceHall
    business: str
    start: datetime
    end: datetime
    status: AppointmentStatus
    name_masked: str
    phone_masked: str


class BusinessGateway(Protocol):
    async def service_halls(self, region: str) -> list[ServiceHall]:
        """The region's halls, by its code or name."""
        ...

    async def start_identity_check(self, name: str, id_number: str) -> Challenge:
        """Has a code sent. Raises SendTooOften, TooManyAttempts; some systems PersonNotFound, NoPhoneOnFile."""
        ...

    async def resend_identity_code(self, challenge_id: str) -> Challenge:
        """A new code for the same check; the old one is void. Raises SendTooOften, TooManyAttempts, CodeExpired."""
        ...

    async def confirm_identity_check(self, challenge_id: str, code: str) -> Identity:
        """Raises CodeWrong, CodeExpired, TooManyAttempts."""
        ...

    async def end_identity(self, token: str) -> None:
        """The system forgets the token now. An unknown one is no error."""
        ...

    async def fund_account(self, token: str) -> FundAccount:
        """Raises IdentityExpired (as everything below that takes a token), AccountNotFound."""
        ...

    async def deposit_records(
        self,
        token: str,
        from_month: date,
        to_month: date,
        *,
        after: str | None = None,
        limit: int = 24,
    ) -> DepositPage:
        """The records of these months, both included. `after`: the last page's `next`. Limit 1..100."""
        ...

    async def loan_applications(self, token: str) -> list[Application]:
        """Newest first; none is an empty list."""
        ...

    async def withdrawal_applications(self, token: str) -> list[Application]: ...

    async def social_insurance(self, token: str) -> SocialInsurance:
        """Raises AccountNotFound."""
        ...

    async def open_days(self, hall_id: str, business: str) -> list[OpenDay]:
        """Days with free places, soonest first; none is an empty list. `business`: one of the hall's.

        Raises HallNotFound (as `open_slots`).
        """
        ...

    async def open_slots(self, hall_id: str, business: str, day: date) -> list[Slot]:
        """The day's slots with free places, in order."""
        ...

    async def book(
        self, slot_id: str, name: str, phone: str, business: str, idempotency_key: str
    ) -> Appointment:
        """The same key books once, however often it is sent. Raises SlotTaken, AlreadyBooked, RequestRefused."""
        ...

    async def appointment(self, number: str, phone: str) -> Appointment:
        """Raises AppointmentNotFound."""
        ...

    async def cancel(self, number: str, phone: str) -> Appointment:
        """Raises AppointmentNotFound, TooLate; cancelling twice answers the cancelled appointment."""
        ...
