"""What a citizen's browser asks for to prove a phone: a code by text message."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any, Literal

from pydantic import BaseModel, StringConstraints

from channels.web.commands import Visitor
from core.auth.permissions import Permission
from core.clock import Clock
from core.rate_limit import RateLimit
from core.sms.codes import LEFT_MESSAGE, PhoneCodes
from core.sockets import CommandGroup, Payload, command


class SendPhoneCode(Payload):
    """`purpose`: what the code is to be good for; for nothing else."""

    purpose: Literal["left_message", "ticket"] = LEFT_MESSAGE
    phone: Annotated[str, StringConstraints(min_length=1, max_length=40)]


class PhoneCodeSent(BaseModel):
    """`wait_seconds`: until another one may be asked for. `valid_seconds`: how long this one lasts."""

    wait_seconds: int
    valid_seconds: int


class PhoneCodeCommands(CommandGroup):
    def __init__(self, *, codes: PhoneCodes, clock: Clock) -> None:
        self._codes = codes
        # The limits that hold are counted in the database; this one spares it whoever does nothing but try.
        self._calls = RateLimit(clock, limit=20, window=timedelta(minutes=10))

    @command(SendPhoneCode, permission=Permission.PUBLIC)
    async def send_phone_code(
        self, sid: str, caller: Visitor, payload: SendPhoneCode
    ) -> PhoneCodeSent:
        """The same answer whether or not the number is known to us."""
        environ = self.sockets.server.get_environ(sid, self.sockets.namespace)
        address = address_of(environ)
        self._calls.check(caller.contact_id)
        sent = await self._codes.send(
            payload.phone, payload.purpose, address=address, inbox_id=caller.identity.inbox_id
        )
        return PhoneCodeSent(wait_seconds=sent.wait_seconds, valid_seconds=sent.valid_seconds)


def address_of(environ: dict[str, Any] | None) -> str:
    """The client's IP; "" where it is not known.

    uvicorn has put in what a trusted proxy says (FORWARDED_ALLOW_IPS), for sockets as for requests. Engine.IO's own
    REMOTE_ADDR is always 127.0.0.1.
    """
    client = (environ or {}).get("asgi.scope", {}).get("client")
    return str(client[0]) if client else ""
