"""Who acts: a logged-in person, as routes and socket commands see them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from core.auth.permissions import GRANTS, Permission, Role


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
    Role.SUPERVISOR: Scope.ALL,
    Role.ADMIN: Scope.ALL,
}


@dataclass(frozen=True)
class Actor:
    """`given_scope` is what the account was given; None: what its role has."""

    account_id: str
    login: str
    name: str
    role: Role
    given_scope: Scope | None = None

    @property
    def scope(self) -> Scope:
        return self.given_scope or DEFAULT_SCOPES[self.role]

    def may(self, permission: Permission) -> bool:
        return permission in GRANTS[self.role]
