"""Core's BusinessGateway over HTTP: one method for each operation of docs/business-api.yaml. Built by `app`."""

from __future__ import annotations

import re
from datetime import date
from typing import Any
from urllib.parse import quote

from actions.business import answers
from actions.business.caller import Caller
from core.conversation.business import (
    Application,
    Appointment,
    Challenge,
    DepositPage,
    FundAccount,
    Identity,
    OpenDay,
    ServiceHall,
    Slot,
    SocialInsurance,
)
from core.conversation.business_errors import IdentityExpired
from core.errors import Unavailable

_TOKEN = re.compile(r"[A-Za-z0-9._~+/=-]{16,4096}")


class HttpBusinessGateway:
    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    async def service_halls(self, region: str) -> list[ServiceHall]:
        found = await self._caller.ask(
            "listHalls", "GET", "/v1/halls", answers.HallsAnswer, params={"region": region}
        )
        return [hall.value() for hall in found.halls]

    async def start_identity_check(self, name: str, id_number: str) -> Challenge:
        # Not repeatable: the citizen would get two codes, and the first would be void.
        found = await self._caller.ask(
            "startIdentityCheck", "POST", "/v1/identity/start", answers.ChallengeAnswer,
            json={"name": name, "id_number": id_number.upper()}, repeatable=False,
        )  # fmt: skip
        return found.value()

    async def resend_identity_code(self, challenge_id: str) -> Challenge:
        found = await self._caller.ask(
            "resendIdentityCode", "POST", "/v1/identity/resend", answers.ChallengeAnswer,
            json={"challenge_id": challenge_id}, repeatable=False,
        )  # fmt: skip
        return found.value()

    async def confirm_identity_check(self, challenge_id: str, code: str) -> Identity:
        # Not repeatable: a wrong code would count twice, and a right one is used up.
        found = await self._caller.ask(
            "confirmIdentityCheck", "POST", "/v1/identity/confirm", answers.IdentityAnswer,
            json={"challenge_id": challenge_id, "code": code}, repeatable=False,
        )  # fmt: skip
        return found.value()

    async def end_identity(self, token: str) -> None:
        await self._caller.tell("endIdentity", "/v1/identity/end", token=_header(token))

    async def fund_account(self, token: str) -> FundAccount:
        found = await self._caller.ask(
            "getFundAccount", "GET", "/v1/person/fund-account", answers.FundAccountAnswer,
            token=_header(token),
        )  # fmt: skip
        return found.value()

    async def deposit_records(
        self,
        token: str,
        from_month: date,
        to_month: date,
        *,
        after: str | None = None,
        limit: int = 24,
    ) -> DepositPage:
        params: dict[str, Any] = {
            "from": f"{from_month:%Y-%m}", "to": f"{to_month:%Y-%m}", "limit": limit,
        }  # fmt: skip
        if after is not None:
            params["after"] = after
        found = await self._caller.ask(
            "listDepositRecords", "GET", "/v1/person/deposit-records", answers.RecordsAnswer,
            token=_header(token), params=params,
        )  # fmt: skip
        if found.next is not None and found.next == after:
            # Whoever turns the pages would never come to the end.
            raise Unavailable("业务系统暂时没有响应，请稍后再试。", part="business_system")
        return found.value()

    async def loan_applications(self, token: str) -> list[Application]:
        return await self._applications("listLoanApplications", "loan-applications", token)

    async def withdrawal_applications(self, token: str) -> list[Application]:
        return await self._applications(
            "listWithdrawalApplications", "withdrawal-applications", token
        )

    async def social_insurance(self, token: str) -> SocialInsurance:
        found = await self._caller.ask(
            "getSocialInsurance", "GET", "/v1/person/social-insurance",
            answers.SocialInsuranceAnswer, token=_header(token),
        )  # fmt: skip
        return found.value()

    async def open_days(self, hall_id: str, business: str) -> list[OpenDay]:
        found = await self._caller.ask(
            "listOpenDays", "GET", f"/v1/halls/{quote(hall_id, safe='')}/open-days",
            answers.OpenDaysAnswer, params={"business": business},
        )  # fmt: skip
        return [OpenDay(day.day, day.free) for day in found.days]

    async def open_slots(self, hall_id: str, business: str, day: date) -> list[Slot]:
        found = await self._caller.ask(
            "listOpenSlots", "GET", f"/v1/halls/{quote(hall_id, safe='')}/slots",
            answers.SlotsAnswer, params={"business": business, "day": day.isoformat()},
        )  # fmt: skip
        return [slot.value() for slot in found.slots]

    async def book(
        self, slot_id: str, name: str, phone: str, business: str, idempotency_key: str
    ) -> Appointment:
        found = await self._caller.ask(
            "bookAppointment", "POST", "/v1/appointments", answers.AppointmentAnswer,
            headers={"idempotency-key": idempotency_key},
            json={"slot_id": slot_id, "name": name, "phone": phone, "business": business},
        )  # fmt: skip
        return found.value()

    async def appointment(self, number: str, phone: str) -> Appointment:
        return await self._by_number("findAppointment", "find", number, phone)

    async def cancel(self, number: str, phone: str) -> Appointment:
        return await self._by_number("cancelAppointment", "cancel", number, phone)

    async def _applications(self, operation: str, what: str, token: str) -> list[Application]:
        found = await self._caller.ask(
            operation, "GET", f"/v1/person/{what}", answers.ApplicationsAnswer, token=_header(token)
        )
        return [application.value() for application in found.applications]

    async def _by_number(self, operation: str, what: str, number: str, phone: str) -> Appointment:
        found = await self._caller.ask(
            operation, "POST", f"/v1/appointments/{what}", answers.AppointmentAnswer,
            json={"number": number, "phone": phone},
        )  # fmt: skip
        return found.value()


def _header(token: str) -> str:
    """The token, if it can stand in a header. Raises IdentityExpired: it is none that was ever given out."""
    if not _TOKEN.fullmatch(token):
        raise IdentityExpired
    return token
