"""Which replies say the same: Rasa picks one of several texts by chance, a different one for each target."""

from __future__ import annotations

import re
from functools import cache

import yaml

from core.settings import ROOT


@cache
def _variants() -> list[tuple[str, re.Pattern[str]]]:
    responses = yaml.safe_load((ROOT / "domain.yml").read_text("utf-8"))["responses"]
    return [
        # Words in {} are filled in by the program.
        (name, re.compile(re.sub(r"\\{\w+\\}", ".*", re.escape(variant["text"]))))
        for name, variants in responses.items()
        for variant in variants
        if "text" in variant
    ]


def reply_of(text: str) -> str:
    """The name of the reply that a text is a variant of, else the text itself."""
    return next((name for name, variant in _variants() if variant.fullmatch(text)), text)
