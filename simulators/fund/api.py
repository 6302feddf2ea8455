"""The operations of docs/business-api.yaml, each under its operationId. `app.state.identities` knows the tokens."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Path, Query, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from simulators.fund import schemas
from simulators.fund.booking import BookingDesk
from simulators.fund.errors import Refused
from simulators.fund.halls import HALLS
from simulators.fund.identity import IdentityDesk
from simulators.fund.ledger import Ledger
from simulators.fund.people import Person

_bearer = HTTPBearer(auto_error=False)
Bearer = Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]
Business = Annotated[str, Query(min_length=1, max_length=20)]
HallId = Annotated[schemas.Key, Path()]


def checked(request: Request, bearer: Bearer) -> Person:
    """The person whose token came with the call."""
    if bearer is None:
        raise Refused("identity_expired")
    identities: IdentityDesk = request.app.state.identities
    return identities.person_of(bearer.credentials)


Checked = Annotated[Person, Depends(checked)]


def build_router(identities: IdentityDesk, bookings: BookingDesk) -> APIRouter:
    router = APIRouter(prefix="/v1")
    _halls(router, bookings)
    _identity(router, identities)
    _person(router)
    _appointments(router, bookings)
    return router


def _halls(router: APIRouter, bookings: BookingDesk) -> None:
    @router.get("/halls", operation_id="listHalls")
    async def halls(region: Annotated[str, Query(max_length=40)] = "") -> schemas.Halls:
        """The service halls of a region; all without one, none for a region that is not served."""
        return schemas.Halls(halls=[h for h in HALLS if not region or region in h.regions])

    @router.get("/halls/{hall_id}/open-days", operation_id="listOpenDays")
    async def open_days(hall_id: HallId, business: Business) -> schemas.OpenDays:
        return schemas.OpenDays(days=bookings.open_days(hall_id, business))

    @router.get("/halls/{hall_id}/slots", operation_id="listOpenSlots")
    async def slots(hall_id: HallId, business: Business, day: date) -> schemas.Slots:
        return schemas.Slots(slots=bookings.slots(hall_id, business, day))


def _identity(router: APIRouter, identities: IdentityDesk) -> None:
    @router.post("/identity/start", operation_id="startIdentityCheck")
    async def start(body: schemas.Start) -> schemas.Challenge:
        return identities.start(body.name, body.id_number)

    @router.post("/identity/resend", operation_id="resendIdentityCode")
    async def resend(body: schemas.Resend) -> schemas.Challenge:
        return identities.resend(body.challenge_id)

    @router.post("/identity/confirm", operation_id="confirmIdentityCheck")
    async def confirm(body: schemas.Confirm) -> schemas.Identity:
        return identities.confirm(body.challenge_id, body.code)

    @router.post("/identity/end", operation_id="endIdentity", status_code=204)
    async def end(bearer: Bearer) -> None:
        if bearer is not None:
            identities.end(bearer.credentials)


def _person(router: APIRouter) -> None:
    @router.get("/person/fund-account", operation_id="getFundAccount")
    async def account(person: Checked) -> schemas.FundAccount:
        return _ledger(person).account()

    @router.get("/person/deposit-records", operation_id="listDepositRecords")
    async def records(
        person: Checked,
        first: Annotated[schemas.Month, Query(alias="from")],
        last: Annotated[schemas.Month, Query(alias="to")],
        after: schemas.Key | None = None,
        limit: Annotated[int, Query(ge=1, le=100)] = 24,
    ) -> schemas.Records:
        found = _ledger(person).between(first, last)
        if after is not None:
            at = next((i for i, r in enumerate(found) if r.id == after), None)
            if at is None:
                raise Refused("invalid_input")
            found = found[at + 1 :]
        more = len(found) > limit
        return schemas.Records(records=found[:limit], next=found[limit - 1].id if more else None)

    @router.get("/person/loan-applications", operation_id="listLoanApplications")
    async def loans(person: Checked) -> schemas.Applications:
        return schemas.Applications(applications=person.loan_applications)

    @router.get("/person/withdrawal-applications", operation_id="listWithdrawalApplications")
    async def withdrawals(person: Checked) -> schemas.Applications:
        return schemas.Applications(applications=person.withdrawal_applications)

    @router.get("/person/social-insurance", operation_id="getSocialInsurance")
    async def insurance(person: Checked) -> schemas.SocialInsurance:
        found = person.social_insurance()
        if found is None:
            raise Refused("account_not_found")
        return found


def _ledger(person: Person) -> Ledger:
    if person.ledger is None:
        raise Refused("account_not_found")
    return person.ledger


def _appointments(router: APIRouter, bookings: BookingDesk) -> None:
    @router.post("/appointments", operation_id="bookAppointment")
    async def book(
        body: schemas.Booking, idempotency_key: Annotated[schemas.Key, Header()]
    ) -> schemas.Appointment:
        return bookings.book(body, idempotency_key)

    @router.post("/appointments/find", operation_id="findAppointment")
    async def find(body: schemas.NumberAndPhone) -> schemas.Appointment:
        return bookings.find(body.number, body.phone)

    @router.post("/appointments/cancel", operation_id="cancelAppointment")
    async def cancel(body: schemas.NumberAndPhone) -> schemas.Appointment:
        return bookings.cancel(body.number, body.phone)
