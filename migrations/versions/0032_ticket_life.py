"""Whose turn a ticket is, who has to do with it; names and phones stand in columns of their own.

Revision ID: 0032
Revises: 0030
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0030"
branch_labels = None
depends_on = None

_ID = sa.Uuid(as_uuid=False)
# Under which the bot has filed them until now.
NAME, PHONE = "姓名", "联系电话"
BATCH = 500


def upgrade() -> None:
    with op.batch_alter_table("tickets") as table:
        table.add_column(
            sa.Column("turn", sa.String(length=16), nullable=False, server_default="nobody")
        )
    with op.batch_alter_table("tickets") as table:
        table.alter_column(
            "turn", server_default=None, existing_type=sa.String(length=16), existing_nullable=False
        )
    op.create_table(
        "ticket_hands",
        sa.Column("account_id", _ID, nullable=False),
        sa.Column("ticket_id", _ID, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_ticket_hands_account_id")),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_ticket_hands_ticket_id")),
        sa.PrimaryKeyConstraint("account_id", "ticket_id", name=op.f("pk_ticket_hands")),
    )
    op.create_index("ix_ticket_hands_ticket_id", "ticket_hands", ["ticket_id"])
    kept = sa.text("closed_at is not null and forgotten_at is null")
    op.create_index(
        "ix_tickets_kept", "tickets", ["closed_at"], sqlite_where=kept, postgresql_where=kept
    )
    op.create_index(
        "ix_tickets_merged", "tickets", ["merged_into_id"],
        sqlite_where=sa.text("merged_into_id is not null"),
        postgresql_where=sa.text("merged_into_id is not null"),
    )
    _whose_turn()
    _who_had_it()
    _names_and_phones()


def _whose_turn() -> None:
    tickets = sa.table(
        "tickets", sa.column("turn"), sa.column("status"), sa.column("assignee_id")
    )
    under_way = tickets.c.status.in_(["new", "open", "pending"])
    op.execute(
        tickets.update().where(under_way).values(
            turn=sa.case((tickets.c.assignee_id.is_(None), "anybody"), else_="person")
        )
    )


def _who_had_it() -> None:
    """Whoever took a step, filed it or has it; `actor` also names the bot and citizens, who have no account."""
    op.execute(
        "INSERT INTO ticket_hands (account_id, ticket_id) "
        "SELECT accounts.id, tickets.id FROM tickets JOIN accounts "
        "ON accounts.id = tickets.assignee_id OR accounts.id = tickets.created_by "
        "UNION "
        "SELECT accounts.id, ticket_history.ticket_id FROM ticket_history JOIN accounts "
        f"ON {_text('accounts.id')} = ticket_history.actor"
    )


def _text(column: str) -> str:
    """An id as the history writes it."""
    if op.get_bind().dialect.name == "postgresql":
        return f"CAST({column} AS VARCHAR)"
    # SQLite keeps ids without their hyphens.
    parts = ((1, 8), (9, 4), (13, 4), (17, 4), (21, 12))
    return " || '-' || ".join(f"substr({column}, {start}, {size})" for start, size in parts)


def _names_and_phones() -> None:
    connection = op.get_bind()
    tickets = sa.table(
        "tickets", sa.column("id", _ID), sa.column("fields", sa.JSON()),
        sa.column("citizen_name"), sa.column("citizen_phone"),
    )
    last = None
    while True:
        query = sa.select(tickets).order_by(tickets.c.id).limit(BATCH)
        if last is not None:
            query = query.where(tickets.c.id > last)
        rows = connection.execute(query).all()
        if not rows:
            return
        for row in rows:
            last = row.id
            fields: dict[str, Any] = dict(row.fields or {})
            name, phone = fields.pop(NAME, None), fields.pop(PHONE, None)
            if name is None and phone is None:
                continue
            connection.execute(
                tickets.update().where(tickets.c.id == row.id).values(
                    fields=fields,
                    citizen_name=str(name or row.citizen_name)[:64],
                    citizen_phone=str(phone or row.citizen_phone)[:32],
                )
            )


def downgrade() -> None:
    op.drop_table("ticket_hands")
    op.drop_index("ix_tickets_merged", table_name="tickets")
    op.drop_index("ix_tickets_kept", table_name="tickets")
    with op.batch_alter_table("tickets") as table:
        table.drop_column("turn")
