"""Documents hold together: decisions are numbered once and quotable, links lead somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from core.settings import ROOT

DECISIONS = sorted((ROOT / "docs" / "adr").glob("*.md"))
PAGES = [
    ROOT / name for name in ("README.md", "README.zh-CN.md", "CONTRIBUTING.md", "CHANGELOG.md")
]
PAGES += sorted((ROOT / "docs").rglob("*.md"))
LINK = re.compile(r"\]\(([^)#\s]+)[^)]*\)")


def test_decisions_are_numbered_from_one_without_gaps_or_doubles() -> None:
    numbers = [int(path.name[:4]) for path in DECISIONS]
    assert numbers == list(range(1, len(numbers) + 1))


@pytest.mark.parametrize("path", DECISIONS, ids=lambda path: path.stem)
def test_a_decision_bears_its_number_and_can_be_quoted_in_one_line(path: Path) -> None:
    title, _, decision, *_ = path.read_text("utf-8").splitlines()
    assert title.startswith(f"# {int(path.name[:4])}. ")
    assert decision.startswith("Decision: ")


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_between_files_lead_somewhere(path: Path) -> None:
    links = [link for link in LINK.findall(path.read_text("utf-8")) if "://" not in link]
    assert [link for link in links if not (path.parent / link).exists()] == []
