"""Who acts: a logged-in person, as routes and socket commands see them."""

from __future__ import annotations

from dataclasses import dataclass

from core.auth.permissions import GRANTS, Permission, Role


@dataclass(frozen=True)
class Actor:
    account_id: str
    login: str
    name: str
    role: Role

    def may(self, permission: Permission) -> bool:
        return permission in GRANTS[self.role]
