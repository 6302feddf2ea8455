"""Lists of tickets that stay quick at a million: indexes, the words they are found by, saved filters.

Revision ID: 0035
Revises: 0034
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from core.database import Instant

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

_ID = sa.Uuid(as_uuid=False)
OWED = sa.text("status in ('new', 'open', 'pending')")
DUE = sa.text("due_at is not null")
INDEXES = {
    "ix_tickets_business": ["business", "id"],
    "ix_tickets_region": ["region", "id"],
    "ix_tickets_priority": ["priority", "id"],
    "ix_tickets_source": ["source", "id"],
    "ix_tickets_channel": ["channel", "id"],
    "ix_tickets_stage": ["stage", "id"],
    "ix_tickets_updated": ["updated_at", "id"],
}
OWED_INDEXES = {
    "ix_tickets_owed_assignee": ["assignee_id", "id"],
    "ix_tickets_owed_department": ["department_id", "id"],
    "ix_tickets_owed_turn": ["turn", "id"],
    "ix_tickets_owed_stage": ["stage", "id"],
}
# Until now with the status between.
ANEW = {
    "ix_tickets_assignee": "assignee_id", "ix_tickets_department": "department_id", "ix_tickets_type": "type",
}  # fmt: skip
BATCH = 500

# Each two characters that stand together, as a number. PostgreSQL can look for arrays without any extension, and
# compares numbers quicker than texts. Two pairs may have one number: what is found is compared with the words.
GRAMS = """
CREATE FUNCTION ticket_grams(words text) RETURNS integer[]
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT coalesce(array_agg(((ascii(one) & 65535) << 15) # (ascii(next) & 65535)), '{}')
    FROM unnest(string_to_array(words, NULL), (string_to_array(words, NULL))[2:]) AS pairs(one, next)
    WHERE one <> ' ' AND next <> ' '
$$
"""


def upgrade() -> None:
    op.drop_index("ix_tickets_due", table_name="tickets")
    with op.batch_alter_table("tickets") as table:
        table.add_column(sa.Column("channel", sa.String(length=32), nullable=True))
    op.execute(
        "UPDATE tickets SET channel = (SELECT channel FROM conversations "
        "WHERE conversations.id = tickets.conversation_id) WHERE conversation_id IS NOT NULL"
    )
    for name, column in ANEW.items():
        op.drop_index(name, table_name="tickets")
        op.create_index(name, "tickets", [column, "id"])
    for name, columns in INDEXES.items():
        op.create_index(name, "tickets", columns)
    for name, columns in OWED_INDEXES.items():
        op.create_index(name, "tickets", columns, sqlite_where=OWED, postgresql_where=OWED)
    op.create_index("ix_tickets_due", "tickets", ["due_at", "id"], sqlite_where=DUE, postgresql_where=DUE)
    op.create_table(
        "ticket_words",
        sa.Column("ticket_id", _ID, nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_ticket_words_ticket_id")),
        sa.PrimaryKeyConstraint("ticket_id", name=op.f("pk_ticket_words")),
    )
    _write_words()
    if op.get_bind().dialect.name == "postgresql":
        op.execute(GRAMS)
        op.execute("CREATE INDEX ix_ticket_words_grams ON ticket_words USING gin (ticket_grams(words))")
    op.create_table(
        "ticket_filters",
        sa.Column("id", _ID, nullable=False),
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("query", sa.JSON(), nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("owner_id", _ID, nullable=False),
        sa.Column("created_at", Instant(timezone=True), nullable=False),
        sa.Column("updated_at", Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["accounts.id"], name=op.f("fk_ticket_filters_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket_filters")),
    )
    op.create_index("ix_ticket_filters_owner", "ticket_filters", ["owner_id", "shared"])


def _write_words() -> None:
    # As the product writes them from now on.
    from handoff.tickets.words import words_of

    connection = op.get_bind()
    texts = ("title", "description", "resolution", "external_id", "citizen_name")
    tickets = sa.table("tickets", sa.column("id", _ID), *(sa.column(name) for name in texts))
    written = sa.table("ticket_words", sa.column("ticket_id", _ID), sa.column("words"))
    last = None
    while True:
        query = sa.select(tickets).order_by(tickets.c.id).limit(BATCH)
        if last is not None:
            query = query.where(tickets.c.id > last)
        rows = connection.execute(query).all()
        if not rows:
            return
        last = rows[-1].id
        connection.execute(
            written.insert(), [{"ticket_id": row.id, "words": words_of(*row[1:5], name=row.citizen_name)} for row in rows]
        )


def downgrade() -> None:
    op.drop_table("ticket_filters")
    op.drop_table("ticket_words")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION ticket_grams(text)")
    for name in (*INDEXES, *OWED_INDEXES, "ix_tickets_due"):
        op.drop_index(name, table_name="tickets")
    with op.batch_alter_table("tickets") as table:
        table.drop_column("channel")
    op.create_index("ix_tickets_due", "tickets", ["status", "due_at"])
    for name, column in ANEW.items():
        op.drop_index(name, table_name="tickets")
        op.create_index(name, "tickets", [column, "status", "id"])
