"""Joining contacts forgets no table: each column that names one is found, and what is unique for one is handled."""

from __future__ import annotations

from sqlalchemy import Index, String, UniqueConstraint

from app.tables import metadata
from core.conversation.merging import client_names, references
from core.conversation.models import ContactUnion, Conversation


def test_every_column_that_is_called_contact_id_is_moved() -> None:
    named = {
        c for t in metadata.tables.values() for c in t.columns if c.name.endswith("contact_id")
    }
    assert len(named) >= 7
    assert named == set(references())


def test_what_is_unique_for_a_contact_has_room_on_the_other() -> None:
    """One row for each contact, a name a client gave, or one of those that merging.py and persons.py see to."""
    seen_to = {Conversation.__table__, ContactUnion.__table__}
    for column in references():
        table = column.table
        if table in seen_to or list(table.primary_key.columns) == [column]:
            continue
        assert column not in set(table.primary_key.columns), table.name
        for each in [*table.constraints, *table.indexes]:
            if column not in set(each.columns):
                continue
            if isinstance(each, Index):
                assert not each.unique, f"{table.name}: {each.name}"
            elif isinstance(each, UniqueConstraint):
                assert len(each.columns) == 2, f"{table.name}: {each.name}"
        for other in client_names(table, column):
            # It is given an id for a new name.
            assert isinstance(other.type, String), f"{table.name}.{other.name}"
            assert (other.type.length or 0) >= 36
