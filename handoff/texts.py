"""Texts people typed: filling in templates, taking out what cannot be stored. Pure."""

from __future__ import annotations

import unicodedata


def fill(template: str, **values: object) -> str:
    """`template` with {name} replaced by the value; whatever else stands in braces stays as it is.

    Not str.format: a text is data, and a stray brace must not stop a citizen from being queued.
    """
    for name, value in values.items():
        template = template.replace("{" + name + "}", str(value))
    return template


def printable(text: str) -> str:
    """Without what PostgreSQL cannot store (NUL, lone surrogates) and other invisible controls."""
    return "".join(
        c for c in text if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs", "Cn", "Co")
    )
