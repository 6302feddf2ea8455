"""Takes personal numbers out of a text that is kept for statistics. Pure; used where texts outlive conversations.

Names and addresses cannot be told from other words with certainty and are not looked for; what identifies a
person in this field is a number. A number too many is masked rather than one too few: nobody needs them to
understand a question. Amounts, years, clauses and hotlines (12329, 12333) have fewer digits and stay.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

# What is written between the digits when people dictate or paste a number.
_GAP = r"[ \t\-–—.·•_/]?"
_EDGE_LEFT, _EDGE_RIGHT = r"(?<![0-9A-Za-z])", r"(?![0-9A-Za-z])"


def _digits(count: str) -> str:
    return rf"(?:[0-9]{_GAP}){count}"


_EMAIL = re.compile(r"[A-Za-z0-9._%+\-]+@[A-Za-z0-9\-]+(?:\.[A-Za-z0-9\-]+)+")
# GB 11643: 17 digits and a check character; 15 digits in the first edition of the cards.
_IDENTITY = re.compile(rf"(?<![0-9]){_digits('{17}')}[0-9Xx](?![0-9])")
_OLD_IDENTITY = re.compile(
    rf"(?<![0-9])[1-8](?:{_GAP}[0-9]){{5}}(?:{_GAP}[0-9]){{2}}{_GAP}(?:0[1-9]|1[0-2]){_GAP}"
    rf"(?:0[1-9]|[12][0-9]|3[01])(?:{_GAP}[0-9]){{3}}(?![0-9])"
)
_MOBILE = re.compile(rf"(?<![0-9])(?:\+?86{_GAP})?1{_GAP}[3-9](?:{_GAP}[0-9]){{9}}(?![0-9])")
_LANDLINE = re.compile(r"(?<![0-9])[(（]?0[0-9]{2,3}[)）]?[ \-–—]?[1-9][0-9]{6,7}(?![0-9])")
# GB 32100: an organisation's code; passports and permits: a letter or two and at least seven digits.
_CREDIT_CODE = re.compile(
    _EDGE_LEFT + r"[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}" + _EDGE_RIGHT
)
_PERMIT = re.compile(_EDGE_LEFT + r"[A-Za-z]{1,2}[0-9]{7,10}" + _EDGE_RIGHT)
# Cards and accounts. Nine digits are a hundred million yuan; no citizen's amount is that long.
# No dot between them: 1500000.00 is an amount.
_ACCOUNT = re.compile(r"(?<![0-9])[0-9](?:[ \-–—]?[0-9]){8,}")
_SPOKEN = re.compile(r"[〇零一二三四五六七八九幺两]{9,}")

_RULES: tuple[tuple[re.Pattern[str], str], ...] = (
    (_EMAIL, "[邮箱]"),
    (_IDENTITY, "[证件号]"),
    (_CREDIT_CODE, "[单位代码]"),
    (_MOBILE, "[手机号]"),
    (_OLD_IDENTITY, "[证件号]"),
    (_LANDLINE, "[电话]"),
    (_PERMIT, "[证件号]"),
    (_ACCOUNT, "[号码]"),
    (_SPOKEN, "[号码]"),
)


def mask_personal(text: str) -> str:
    """The text with identity numbers, phones, e-mail addresses, cards and accounts replaced by what they are."""
    result = _western_digits(text)
    for pattern, name in _RULES:
        result = pattern.sub(_with(name), result)
    return result


def _with(name: str) -> Callable[[re.Match[str]], str]:
    return lambda _match: name


def _western_digits(text: str) -> str:
    """Digits and letters of full width as plain ones, character by character; everything else as it is."""
    return "".join(
        unicodedata.normalize("NFKC", c) if "\uff10" <= c <= "\uff5a" else c for c in text
    )
