"""Tickets with types, flows, departments, files and links; who leads a department.

Revision ID: 0030
Revises: 0029
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from core.database import Instant

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

# The types that were plain names until now.
TYPES = {
    "咨询": "consultation", "投诉": "complaint", "举报": "report", "建议": "suggestion",
    "信息更正": "correction", "其他": "other",
}  # fmt: skip

_ID = sa.Uuid(as_uuid=False)
_COLUMNS = (
    sa.Column("type_version", sa.Integer(), nullable=False, server_default="1"),
    sa.Column("business", sa.String(length=64), nullable=True),
    sa.Column("region", sa.String(length=32), nullable=True),
    sa.Column("stage", sa.String(length=32), nullable=False, server_default=""),
    sa.Column("external_id", sa.String(length=128), nullable=True),
    sa.Column("citizen_name", sa.String(length=64), nullable=False, server_default=""),
    sa.Column("citizen_phone", sa.String(length=32), nullable=False, server_default=""),
    sa.Column("department_id", _ID, nullable=True),
    sa.Column("handler_id", _ID, nullable=True),
    sa.Column("draft", sa.Text(), nullable=False, server_default=""),
    sa.Column("merged_into_id", _ID, nullable=True),
    sa.Column("urged_at", Instant(timezone=True), nullable=True),
    sa.Column("remarked_at", Instant(timezone=True), nullable=True),
    sa.Column("score", sa.Integer(), nullable=True),
    sa.Column("forgotten_at", Instant(timezone=True), nullable=True),
)
_INDEXES = {
    "ix_tickets_department": ["department_id", "status", "id"],
    "ix_tickets_due": ["status", "due_at"],
    "ix_tickets_type": ["type", "status", "id"],
    "ix_tickets_phone": ["citizen_phone"],
}


def upgrade() -> None:
    with op.batch_alter_table("departments") as table:
        table.add_column(sa.Column("leader_id", _ID, nullable=True))
    with op.batch_alter_table("tickets") as table:
        for column in _COLUMNS:
            table.add_column(column.copy())
        table.create_foreign_key(
            op.f("fk_tickets_department_id"), "departments", ["department_id"], ["id"]
        )
        table.create_foreign_key(op.f("fk_tickets_handler_id"), "accounts", ["handler_id"], ["id"])
        table.create_foreign_key(
            op.f("fk_tickets_merged_into_id"), "tickets", ["merged_into_id"], ["id"]
        )
        table.create_unique_constraint(
            op.f("uq_tickets_source_external_id"), ["source", "external_id"]
        )
    with op.batch_alter_table("tickets") as table:
        # Only what stands in the rows already needed a default.
        for column in _COLUMNS:
            if column.server_default is not None:
                table.alter_column(
                    column.name, server_default=None, existing_type=column.type, existing_nullable=False
                )
    for name, columns in _INDEXES.items():
        op.create_index(name, "tickets", columns)
    tickets = sa.table("tickets", sa.column("type"))
    for name, key in TYPES.items():
        op.execute(tickets.update().where(tickets.c.type == name).values(type=key))
    op.execute(tickets.update().where(tickets.c.type.not_in(list(TYPES.values()))).values(type="other"))

    op.create_table(
        "ticket_types",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("updated_at", Instant(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket_types")),
    )
    op.create_table(
        "ticket_type_versions",
        sa.Column("type_id", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("definition", sa.JSON(), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("at", Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["type_id"], ["ticket_types.id"], name=op.f("fk_ticket_type_versions_type_id")),
        sa.PrimaryKeyConstraint("type_id", "version", name=op.f("pk_ticket_type_versions")),
    )
    op.create_table(
        "ticket_links",
        sa.Column("ticket_id", _ID, nullable=False),
        sa.Column("other_id", _ID, nullable=False),
        sa.Column("at", Instant(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_ticket_links_ticket_id")),
        sa.ForeignKeyConstraint(["other_id"], ["tickets.id"], name=op.f("fk_ticket_links_other_id")),
        sa.PrimaryKeyConstraint("ticket_id", "other_id", name=op.f("pk_ticket_links")),
    )
    op.create_index("ix_ticket_links_other_id", "ticket_links", ["other_id"])
    op.create_table(
        "ticket_files",
        sa.Column("ticket_id", _ID, nullable=False),
        sa.Column("attachment_id", _ID, nullable=False),
        sa.Column("by_citizen", sa.Boolean(), nullable=False),
        sa.Column("at", Instant(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_ticket_files_ticket_id")),
        sa.ForeignKeyConstraint(["attachment_id"], ["attachments.id"], name=op.f("fk_ticket_files_attachment_id")),
        sa.PrimaryKeyConstraint("ticket_id", "attachment_id", name=op.f("pk_ticket_files")),
    )
    op.create_index("ix_ticket_files_attachment_id", "ticket_files", ["attachment_id"])


def downgrade() -> None:
    for table in ("ticket_files", "ticket_links", "ticket_type_versions", "ticket_types"):
        op.drop_table(table)
    tickets = sa.table("tickets", sa.column("type"))
    for name, key in TYPES.items():
        op.execute(tickets.update().where(tickets.c.type == key).values(type=name))
    for name in _INDEXES:
        op.drop_index(name, table_name="tickets")
    with op.batch_alter_table("tickets") as table:
        table.drop_constraint(op.f("uq_tickets_source_external_id"), type_="unique")
        for key in ("merged_into_id", "handler_id", "department_id"):
            table.drop_constraint(op.f(f"fk_tickets_{key}"), type_="foreignkey")
        for column in _COLUMNS:
            table.drop_column(column.name)
    with op.batch_alter_table("departments") as table:
        table.drop_column("leader_id")
