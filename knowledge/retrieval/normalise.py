"""Brings queries and wordings into one spelling before anything compares them. Pure but for the character table."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

import opencc

from knowledge.retrieval import numerals

# A citizen's story may be long; what follows this many characters decides nothing about the question.
MAX_QUERY = 500

_to_simplified = opencc.OpenCC("t2s").convert
_NOT_TEXT = re.compile(r"[^0-9a-z.%\u3400-\u9fff]+")
_HAN = "[\u3400-\u9fff]"
# 公 积 金 怎 么 取: characters typed or read one by one.
_SPACED_OUT = re.compile(f"(?:^| )(?:{_HAN} ){{3,}}{_HAN}(?: |$)")
_LONE_DOT = re.compile(r"(?<!\d)\.|\.(?!\d)")


@lru_cache(maxsize=20000)
def normalise(text: str) -> str:
    """NFKC, simplified characters, lower case, one way of writing numbers, no punctuation.

    What stood between pieces of text becomes one space; the result may be empty.
    """
    # Halves of characters, which a cut text or a command line may hold, cannot be converted.
    text = text[:MAX_QUERY].encode("utf-8", "ignore").decode()
    text = unicodedata.normalize("NFKC", text)
    text = _to_simplified(text).lower()
    text = text.replace(",", "") if re.search(r"\d,\d{3}", text) else text
    text = _LONE_DOT.sub(" ", _NOT_TEXT.sub(" ", text))
    if _SPACED_OUT.search(text):
        text = re.sub(f"({_HAN}) (?={_HAN}(?: |$))", r"\1", text)
    return numerals.unify(" ".join(text.split()))
