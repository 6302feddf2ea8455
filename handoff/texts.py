"""Filling in the templates of texts that people read. Pure."""

from __future__ import annotations


def fill(template: str, **values: object) -> str:
    """`template` with {name} replaced by the value; whatever else stands in braces stays as it is.

    Not str.format: a text is data, and a stray brace must not stop a citizen from being queued.
    """
    for name, value in values.items():
        template = template.replace("{" + name + "}", str(value))
    return template
