"""The migrations make exactly the tables that the models describe."""

from __future__ import annotations

from alembic import command

from app.migrate import alembic_config


def test_models_and_migrations_agree(database_url: str) -> None:
    command.check(alembic_config(database_url))
