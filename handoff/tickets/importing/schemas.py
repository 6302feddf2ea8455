"""What an import answers: what was filed, what was there before, what was refused and why, row by row."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel

# none: only looked at; good: those that are right; all: everything, or nothing where one is wrong.
Store = Literal["none", "good", "all"]


class ImportedTicket(BaseModel):
    """`row` as the spreadsheet counts."""

    row: int
    id: str
    number: str


class RefusedRow(BaseModel):
    """One thing that is wrong with a row, which may have several.

    `column`: the name of the one that is wrong, empty: the row as a whole. Never what stands in it.
    """

    row: int
    column: str
    message: str


class TicketImport(BaseModel):
    """`rows`: how many there are; `good`: how many are right and new; `wrong`: how many have something in `refused`.

    `known`: filed by an earlier import.
    """

    rows: int
    good: int
    wrong: int = 0
    filed: list[ImportedTicket] = []
    known: list[ImportedTicket] = []
    refused: list[RefusedRow] = []
