"""Whether a phone is a citizen's: by a code that was sent to it, or as told where nothing can be sent."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from core.configs import get_config
from core.sms.codes import TICKET, PhoneCodes, Proof
from core.sms.phones import mobile
from core.unit_of_work import UnitOfWork, UnitOfWorkFactory
from handoff.tickets.self_service import CONFIG_NAME, CitizenTicketSettings


class PhoneProofs:
    def __init__(self, uows: UnitOfWorkFactory, codes: PhoneCodes) -> None:
        self._uows = uows
        self._codes = codes

    async def asked_for(self, session: AsyncSession) -> bool:
        """Whether a code is asked for: always, but where no texts are sent and the organisation does without."""
        settings = await get_config(session, CONFIG_NAME, CitizenTicketSettings)
        return not settings.without_sms or await self._codes.offered(session)

    async def check(self, phone: str, code: str) -> Proof | None:
        """Outside any transaction; None where no code is asked for.

        Raises PhoneInvalid and what is wrong with the code.
        """
        async with self._uows.read() as session:
            asked_for = await self.asked_for(session)
        if asked_for:
            return await self._codes.check(phone, TICKET, code)
        mobile(phone)
        return None

    async def spend(self, uow: UnitOfWork, proof: Proof | None) -> None:
        """In the transaction of what the code is for. Raises CodeExpired when somebody was quicker."""
        if proof is not None:
            await self._codes.spend(uow, proof)
