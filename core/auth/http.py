"""HTTP side of accounts: the `require` dependency every route declares, and the login routes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated, Any
from urllib.parse import urlsplit

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from core.auth.actor import Actor, Scope
from core.auth.permissions import Permission
from core.auth.service import AuthService
from core.errors import PermissionDenied

COOKIE = "bangban_session"
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def bearer(request: Request) -> str | None:
    """The token that the request brings along itself, which no browser adds on its own."""
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    return value.strip() or None if scheme.lower() == "bearer" else None


def token_of(request: Request) -> str | None:
    """The bearer token of programs, else the browser's cookie."""
    return bearer(request) or request.cookies.get(COOKIE)


def same_origin(origin: str | None, host: str | None) -> bool:
    """Whether a browser's request comes from our own pages. No Origin: not a cross-site browser request."""
    return origin is None or urlsplit(origin).netloc == host


def check_origin(request: Request) -> None:
    """Raise PermissionDenied when another site uses the cookie, which the browser sends along on its own."""
    if bearer(request) is None and not same_origin(
        request.headers.get("origin"), request.headers.get("host")
    ):
        raise PermissionDenied("请求来源不对。", reason="cross_site")


def require(permission: Permission) -> Callable[..., Awaitable[Any]]:
    """A dependency that lets through who has `permission` and returns the Actor (None for PUBLIC).

    The chosen permission can be read from the dependency (`.permission`), so that a test can walk all routes.
    """
    if permission is Permission.PUBLIC:

        async def public() -> None:
            return None

        public.permission = permission  # type: ignore[attr-defined]
        return public

    async def authorised(request: Request) -> Actor:
        if request.method not in _SAFE_METHODS:
            check_origin(request)
        auth: AuthService = request.app.state.auth
        actor = await auth.authenticate(token_of(request))
        actor.check(permission)
        return actor

    authorised.permission = permission  # type: ignore[attr-defined]
    return authorised


class LoginRequest(BaseModel):
    model_config = ConfigDict(extra="forbid")

    login: str = Field(max_length=64)
    password: str = Field(max_length=256)


class AccountRead(BaseModel):
    id: str
    login: str
    name: str
    role: str
    scope: Scope
    permissions: list[str]

    @classmethod
    def of(cls, actor: Actor) -> AccountRead:
        permissions = sorted(p.value for p in Permission if actor.may(p))
        return cls(
            id=actor.account_id,
            login=actor.login,
            name=actor.name,
            role=actor.role.value,
            scope=actor.scope,
            permissions=permissions,
        )


class PasswordChange(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    old: str = Field(max_length=256)
    new: str = Field(max_length=256)


class LoginResponse(BaseModel):
    account: AccountRead
    token: str


def build_router(auth: AuthService, *, cookie_seconds: int) -> APIRouter:
    router = APIRouter(prefix="/auth", tags=["auth"])

    @router.post("/login", dependencies=[Depends(require(Permission.PUBLIC))])
    async def login(body: LoginRequest, request: Request, response: Response) -> LoginResponse:
        """Log in: sets the session cookie for a browser, returns a token for programs."""
        address = request.client.host if request.client else ""
        actor, token = await auth.login(body.login, body.password, address)
        response.set_cookie(
            COOKIE, token, max_age=cookie_seconds, httponly=True, samesite="strict",
            secure=request.url.scheme == "https", path="/",
        )  # fmt: skip
        return LoginResponse(account=AccountRead.of(actor), token=token)

    @router.post("/logout", dependencies=[Depends(require(Permission.PUBLIC))])
    async def logout(request: Request, response: Response) -> dict[str, bool]:
        check_origin(request)
        await auth.logout(token_of(request))
        response.delete_cookie(COOKIE, path="/")
        return {"ok": True}

    @router.get("/me")
    async def me(actor: Annotated[Actor, Depends(require(Permission.ACCOUNT_SELF))]) -> AccountRead:
        return AccountRead.of(actor)

    @router.post("/password", status_code=204)
    async def change_password(
        body: PasswordChange,
        request: Request,
        actor: Annotated[Actor, Depends(require(Permission.ACCOUNT_SELF))],
    ) -> None:
        """One's own password; all other logins of the account end."""
        await auth.change_password(actor, body.old, body.new, token_of(request))

    return router
