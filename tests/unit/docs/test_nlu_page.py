"""The page about understanding lists every intent as bot/intents.yml has it."""

from __future__ import annotations

from bot.evaluation import INTENTS
from bot.intents_table import BEGIN, END, PAGE, table, with_table


def test_the_page_has_the_table_of_intents_as_it_would_be_made_now() -> None:
    page = PAGE.read_text("utf-8")
    assert with_table(page) == page, "python -m bot.intents_table --write"


def test_every_intent_has_its_row_with_its_meaning() -> None:
    rows = table().splitlines()[2:]
    assert [row.split("`")[1] for row in rows] == list(INTENTS)
    assert all(len([cell for cell in row.split("|") if cell.strip()]) == 4 for row in rows)


def test_what_stands_around_the_table_stays() -> None:
    changed = with_table(f"before\n{BEGIN}\nold\n{END}\nafter")
    assert changed.startswith("before\n")
    assert changed.endswith("\nafter")
    assert "old" not in changed
