"""As whom a browser comes in: as who it was (its token), as who is logged in on the website, or as a stranger."""

from __future__ import annotations

from sqlalchemy.exc import IntegrityError

from channels.web.identity import LOGIN_PREFIX, SignedIdentities, SignedIn
from channels.web.tokens import TokenInvalid, VisitorIdentity, VisitorTokens
from core.conversation import repository
from core.conversation.intake import find_inbox, find_or_make_contact
from core.ids import new_id
from core.unit_of_work import UnitOfWorkFactory


class Arrivals:
    def __init__(
        self, *, uows: UnitOfWorkFactory, tokens: VisitorTokens, identities: SignedIdentities
    ) -> None:
        self._uows = uows
        self._tokens = tokens
        self._identities = identities

    async def who(self, inbox_id: str, *, token: str | None, jwt: str | None) -> VisitorIdentity:
        """A JWT goes before a token. Raises TokenInvalid and what reading a JWT raises."""
        if jwt is not None:
            return await self._signed_in(inbox_id, jwt)
        if token is None:
            return VisitorIdentity(inbox_id, new_id())
        identity = self._tokens.read(token, inbox_id)
        if identity.external_id.startswith(LOGIN_PREFIX):
            await self._check_login(identity)
        return identity

    async def _check_login(self, identity: VisitorIdentity) -> None:
        """A login ends with the secret that proved it."""
        async with self._uows.read() as session:
            since = await self._identities.since(session, identity.inbox_id)
        # Tokens know whole seconds only.
        if (
            since is None
            or identity.issued_at is None
            or identity.issued_at < since.replace(microsecond=0)
        ):
            raise TokenInvalid()

    async def _signed_in(self, inbox_id: str, jwt: str) -> VisitorIdentity:
        async with self._uows.read() as session:
            signed = await self._identities.read(session, inbox_id, jwt, self._uows.clock.now())
            contact = await repository.contact_by_identity(session, inbox_id, signed.external_id)
        if contact is None or (signed.name and contact.name != signed.name):
            try:
                await self._keep(inbox_id, signed)
            except IntegrityError:
                # Two windows of somebody new at once: the other one has made the contact.
                await self._keep(inbox_id, signed)
        return VisitorIdentity(inbox_id, signed.external_id)

    async def _keep(self, inbox_id: str, signed: SignedIn) -> None:
        """The contact is there before its first message, with the name the website knows it by."""
        async with self._uows.write() as uow:
            inbox = await find_inbox(uow, inbox_id)
            contact = await find_or_make_contact(uow, inbox, signed.external_id, name=signed.name)
            contact.name = signed.name or contact.name
