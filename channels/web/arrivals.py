"""As whom a window comes in: as who it was (its token), as who is logged in on the website or WeChat, or as a stranger.

A mini-program has no strangers: WeChat's code says who opens the chat. It is spent once; afterwards there is a token.
"""

from __future__ import annotations

from typing import Protocol

from sqlalchemy.exc import IntegrityError

from channels.tencent.api.sns import Person
from channels.web.identity import LOGIN_PREFIX, SignedIdentities, SignedIn
from channels.web.tokens import TokenInvalid, VisitorIdentity, VisitorTokens
from core.conversation import repository
from core.conversation.intake import find_inbox, find_or_make_contact
from core.conversation.persons import Persons
from core.errors import NotAuthenticated
from core.ids import new_id
from core.unit_of_work import UnitOfWorkFactory


class CodeLogin(Protocol):
    """Asks WeChat whom a code was made for."""

    async def person(self, inbox_id: str, code: str, *, address: str) -> Person: ...


class CodeMissing(NotAuthenticated):
    """A mini-program's chat is opened with a code of wx.login, or with the token that came of one."""

    code, default_message = "wechat_code_missing", "请先通过微信登录，再打开咨询。"


class Arrivals:
    def __init__(
        self,
        *,
        uows: UnitOfWorkFactory,
        tokens: VisitorTokens,
        identities: SignedIdentities,
        codes: CodeLogin,
        persons: Persons,
    ) -> None:
        self._uows = uows
        self._tokens = tokens
        self._identities = identities
        self._codes = codes
        self._persons = persons

    async def who(
        self,
        inbox_id: str,
        *,
        token: str | None,
        jwt: str | None,
        wechat_code: str | None = None,
        address: str = "",
    ) -> VisitorIdentity:
        """A JWT goes before a token, a token that is still good before a code, which then stays unspent.

        Raises TokenInvalid, what reading a JWT raises, and what asking WeChat about a code raises.
        """
        if jwt is not None:
            return await self._signed_in(inbox_id, jwt)
        if wechat_code is not None and not await self._is_good(inbox_id, token):
            return await self._by_code(inbox_id, wechat_code, address)
        if token is None:
            return VisitorIdentity(inbox_id, new_id())
        identity = self._tokens.read(token, inbox_id)
        if identity.external_id.startswith(LOGIN_PREFIX):
            await self._check_login(identity)
        return identity

    async def _is_good(self, inbox_id: str, token: str | None) -> bool:
        """Whether the token says who it is, so that no code is needed."""
        if token is None:
            return False
        try:
            identity = self._tokens.read(token, inbox_id)
        except TokenInvalid:
            return False
        async with self._uows.read(brief=True) as session:
            return (
                await repository.contact_by_identity(session, inbox_id, identity.external_id)
                is not None
            )

    async def _by_code(self, inbox_id: str, code: str, address: str) -> VisitorIdentity:
        person = await self._codes.person(inbox_id, code, address=address)
        async with self._uows.read(brief=True) as session:
            contact = await repository.contact_by_identity(session, inbox_id, person.openid)
        if contact is None:
            await self._keep_known(inbox_id, SignedIn(person.openid, ""))
        if person.union_id:
            await self._persons.learn(inbox_id, person.openid, person.union_id)
        return VisitorIdentity(inbox_id, person.openid)

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
            await self._keep_known(inbox_id, signed)
        if signed.union_id:
            await self._persons.learn(inbox_id, signed.external_id, signed.union_id)
        return VisitorIdentity(inbox_id, signed.external_id)

    async def _keep_known(self, inbox_id: str, signed: SignedIn) -> None:
        try:
            await self._keep(inbox_id, signed)
        except IntegrityError:
            # Two windows of somebody new at once: the other one has made the contact.
            await self._keep(inbox_id, signed)

    async def _keep(self, inbox_id: str, signed: SignedIn) -> None:
        """The contact is there before its first message, with the name the website knows it by."""
        async with self._uows.write() as uow:
            inbox = await find_inbox(uow, inbox_id)
            contact = await find_or_make_contact(uow, inbox, signed.external_id, name=signed.name)
            contact.name = signed.name or contact.name
