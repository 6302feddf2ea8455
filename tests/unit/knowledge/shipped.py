"""Reads what ships in knowledge/content for the tests that look it over."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[3]
ARTICLES = ROOT / "knowledge" / "content" / "articles"
REGIONS = ROOT / "knowledge" / "content" / "regions"

# The C loader is the safe loader in C; the pure Python one takes seconds for these files.
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
FILES = sorted(ARTICLES.glob("*.yaml"))


@cache
def load(path: Path) -> dict[str, Any]:
    document = yaml.load(path.read_text(encoding="utf-8"), Loader=LOADER)
    assert isinstance(document, dict), f"{path.name} is not a mapping"
    return document


def articles() -> list[tuple[str, str, dict[str, Any]]]:
    """All shipped articles as (file name, business, article)."""
    found = []
    for path in FILES:
        document = load(path)
        business = document.get("business", "综合")
        found += [(path.name, business, article) for article in document["articles"]]
    return found
