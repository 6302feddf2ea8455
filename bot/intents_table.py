"""The table of intents in docs/nlu.md, made from bot/intents.yml: `python -m bot.intents_table --write`."""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path

from bot.editing.catalogue import GROUPS, shipped
from core.settings import ROOT

PAGE = ROOT / "docs/nlu.md"
BEGIN, END = "<!-- intents -->", "<!-- /intents -->"


def table() -> str:
    """Markdown: a row for each intent, by group."""
    rows = [
        f"| {GROUPS[intent.group]} | `{intent.name}` | {intent.title} | {intent.means} |"
        for intent in shipped().intents.values()
    ]
    return "\n".join(["| group | intent | title | means |", "|---|---|---|---|", *rows])


def with_table(page: str) -> str:
    """The page with the table between its marks brought up to date."""
    pattern = re.compile(f"{re.escape(BEGIN)}.*?{re.escape(END)}", re.DOTALL)
    return pattern.sub(lambda _: f"{BEGIN}\n{table()}\n{END}", page)


def main(page: Path = PAGE) -> None:
    parser = argparse.ArgumentParser(description="Print the table of intents")
    parser.add_argument("--write", action="store_true", help="into docs/nlu.md")
    if parser.parse_args().write:
        page.write_text(with_table(page.read_text("utf-8")), "utf-8")
    else:
        sys.stdout.write(table() + "\n")


if __name__ == "__main__":
    main()
