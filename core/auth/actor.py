"""Who acts: a logged-in person, or a program with its key, as routes and socket commands see them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from core.auth.permissions import GRANTS, Permission, Role
from core.errors import PermissionDenied


class Scope(StrEnum):
    """Whose conversations somebody may see. What each means in queries: handoff/desk/access.py."""

    OWN = "own"
    GROUP = "group"
    ALL = "all"


# For accounts that were given none: agents see what their colleagues do, so that they can help each other.
DEFAULT_SCOPES: dict[Role, Scope] = {
    Role.AGENT: Scope.GROUP,
    Role.HANDLER: Scope.GROUP,
    Role.EDITOR: Scope.OWN,
    Role.PROGRAM: Scope.OWN,
    Role.SUPERVISOR: Scope.ALL,
    Role.ADMIN: Scope.ALL,
}


@dataclass(frozen=True)
class Limits:
    """What a key leaves a program. `department_ids`: its departments; `types`: of which tickets, empty: of all."""

    permissions: frozenset[Permission]
    department_ids: tuple[str, ...] = ()
    types: tuple[str, ...] = ()


@dataclass(frozen=True)
class Actor:
    """`given_scope` is what the account was given; None: what its role has. `limits`: of programs, never of people."""

    account_id: str
    login: str
    name: str
    role: Role
    given_scope: Scope | None = None
    limits: Limits | None = None

    @property
    def scope(self) -> Scope:
        return self.given_scope or DEFAULT_SCOPES[self.role]

    def may(self, permission: Permission) -> bool:
        left = self.limits is None or permission in self.limits.permissions
        return left and permission in GRANTS[self.role]

    def check(self, permission: Permission) -> None:
        """Raise PermissionDenied without it."""
        if not self.may(permission):
            raise PermissionDenied(permission=permission)
