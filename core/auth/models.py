"""Tables of accounts, the departments they belong to, and login sessions."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base, IdColumn


class Department(Base):
    """A part of the organisation; `parent_id` None: at the top. `leader_id`: who reviews what its people answer."""

    __tablename__ = "departments"

    id: Mapped[str] = mapped_column(IdColumn, primary_key=True)
    name: Mapped[str] = mapped_column(String(64), unique=True)
    parent_id: Mapped[str | None] = mapped_column(
        IdColumn, ForeignKey("departments.id"), index=True
    )
    # Not a foreign key: accounts point to departments already, and accounts are never removed.
    leader_id: Mapped[str | None] = mapped_column(IdColumn)
    created_at: Mapped[datetime]


class Account(Base):
    """A person who may log in to the console; the role says whether they serve, write articles or manage.

    `scope` is whose conversations they may see; None: what their role has (core/auth/actor.py).
    """

    __tablename__ = "accounts"
    __table_args__ = (CheckConstraint("scope in ('own', 'group', 'all')", name="scope_known"),)

    id: Mapped[str] = mapped_column(IdColumn, primary_key=True)
    login: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(64))
    role: Mapped[str] = mapped_column(String(16))
    password_hash: Mapped[str] = mapped_column(String(256))
    active: Mapped[bool] = mapped_column(default=True)
    scope: Mapped[str | None] = mapped_column(String(8))
    department_id: Mapped[str | None] = mapped_column(
        IdColumn, ForeignKey("departments.id"), index=True
    )
    created_at: Mapped[datetime]


class ApiKey(Base):
    """What a program calls us with; it acts as an account of its own. Only hashes are stored.

    `hint`: the end of the token, by which people tell keys apart. `former_hash`: the token before, valid until
    `former_until`. Empty `department_ids` and `types`: the tickets of all. `per_minute`: most calls.
    """

    __tablename__ = "api_keys"

    id: Mapped[str] = mapped_column(IdColumn, primary_key=True)
    account_id: Mapped[str] = mapped_column(IdColumn, ForeignKey("accounts.id"), unique=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    hint: Mapped[str] = mapped_column(String(8))
    former_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    former_until: Mapped[datetime | None]
    permissions: Mapped[list[str]] = mapped_column(JSON)
    department_ids: Mapped[list[str]] = mapped_column(JSON, default=list)
    types: Mapped[list[str]] = mapped_column(JSON, default=list)
    per_minute: Mapped[int]
    created_by: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None]


class LoginSession(Base):
    """A login. Only a hash of its token is stored: a stolen backup opens no session."""

    __tablename__ = "login_sessions"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"), index=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
