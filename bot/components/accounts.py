"""Reads numbers with a check digit, and phone numbers. Called by values.py before anything else.

Check digits by python-stdnum: GB 11643-1999 (identity numbers, ISO 7064 MOD 11-2), GB 32100-2015 (统一社会信用代码,
MOD 31), ISO/IEC 7812 (bank cards, Luhn).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from stdnum import luhn
from stdnum.cn import uscc
from stdnum.iso7064 import mod_11_2

from bot.components.reading import Line

_CHECKS = {"luhn": luhn.is_valid, "mod11_2": mod_11_2.is_valid, "none": lambda _number: True}


@dataclass(frozen=True)
class AccountRule:
    """How a city's fund account numbers are made. `check`: luhn, mod11_2 or none."""

    length: int = 12
    prefix: str = ""
    check: str = "luhn"

    def __post_init__(self) -> None:
        if self.check not in _CHECKS:
            raise ValueError(f"fund_account.check must be one of {', '.join(_CHECKS)}")
        if not 6 <= self.length <= 20:
            raise ValueError("fund_account.length must be between 6 and 20")

    @classmethod
    def read(cls, config: Mapping[str, Any]) -> "AccountRule":
        """From config.yml. Raises ValueError, TypeError on anything it does not know."""
        return cls(**config)

    def fits(self, number: str) -> bool:
        return len(number) == self.length and number.startswith(self.prefix)

    def valid(self, number: str) -> bool:
        return self.fits(number) and bool(_CHECKS[self.check](number))


_COVERED = re.compile(r"[0-9Xx]*\*[0-9Xx*]*")
_MOBILE = re.compile(
    r"(?<![0-9A-Za-z])(?:\+?86[- ]?)?1[3-9][0-9](?:[- ]?[0-9]{4}){2}(?![0-9]|[A-Za-z])"
)
_LANDLINE = re.compile(
    r"(?<![0-9A-Za-z])(?:\((?P<in_brackets>0[0-9]{2,3})\)[- ]?|(?P<area>0(?:10|2[0-9]|[3-9][0-9]{2}))[- ]?)"
    r"(?P<local>[0-9]{7,8})(?![0-9A-Za-z])"
)
# 400-820-8820; 打95588: numbers of services, which are nobody's own.
_SERVICE = re.compile(
    r"(?<![0-9])400[- ]?[0-9]{3}[- ]?[0-9]{4}(?![0-9])|(?:(?<=[打拨话线])|(?<=[打拨]了))95[0-9]{3,4}(?![0-9])"
)
_RUN = re.compile(r"(?<![0-9A-Za-z])[0-9A-Za-z]{6,40}(?![0-9A-Za-z])")
_GROUPS = re.compile(
    r"(?<![0-9A-Za-z])(?:[0-9]{4}(?:[ -][0-9]{4}){3}(?:[ -][0-9]{1,3})?|[0-9]{6}[ -][0-9]{4}[ -][0-9]{5,9}"
    r"|[0-9]{6}[ -][0-9]{8}[ -][0-9]{3}[0-9Xx]|[0-9]{6}[ -][0-9]{4}[ -][0-9]{4}[ -][0-9]{3}[0-9Xx])(?![0-9A-Za-z])"
)
# Behind a word that announces such a number they need no check digit to be one.
_ANNOUNCED = re.compile(
    r"(?<![0-9A-Za-z])([0-9]{2,20}[Xx]?)(?:[ -][0-9]{2,10}){0,5}[Xx]?(?![0-9A-Za-z])"
)
_LINK = r"[是为:：\s]{0,3}$"
_ID_CUE = re.compile(r"身份证(?:件?号码?|号|件)?" + _LINK)
_ACCOUNT_CUE = re.compile(r"公积金(?:个人|职工)?(?:账户|账号|帐号|帐户|号)(?:号码?|号)?" + _LINK)
_CARD_CUE = re.compile(r"(?:(?:银行|储蓄|工资)卡(?:卡?号码?)?|(?<!社保)(?<!保障)卡号)" + _LINK)
_CUES = (_ID_CUE, _ACCOUNT_CUE, _CARD_CUE)
_EMPLOYER = re.compile(r"[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}")
_MONEY = re.compile(r"\s*[元块万]")


def check_id_number(number: str) -> bool:
    """Whether the check digit of an 18-character identity number is right (GB 11643-1999)."""
    number = number.upper()
    return bool(re.fullmatch(r"[0-9]{17}[0-9X]", number)) and mod_11_2.is_valid(number)


def read_accounts(line: Line, rule: AccountRule) -> None:
    """Add what they are, and keep every long row of digits from being read as a number or money."""
    for pattern in (_COVERED, _SERVICE):
        for match in pattern.finditer(line.text):
            line.take(*match.span())
    for match in _GROUPS.finditer(line.text):
        if line.free(*match.span()):
            kind, value = _kind(line, re.sub(r"[ -]", "", match.group()), match.start(), rule)
            # Groups of digits may be several numbers; only a check digit proves that they are one.
            if value is not None and value["valid"]:
                _add(line, kind, value, *match.span())
    for match in _ANNOUNCED.finditer(line.text):
        before = line.text[max(0, match.start() - 14) : match.start()]
        if line.free(*match.span()) and any(cue.search(before) for cue in _CUES):
            _add_announced(line, match, rule)
    for match in _MOBILE.finditer(line.text):
        if line.free(*match.span()):
            _add(line, "phone", re.sub(r"[+ -]", "", match.group())[-11:], *match.span())
    for match in _LANDLINE.finditer(line.text):
        area = match["area"] or match["in_brackets"]
        if line.free(*match.span()):
            _add(line, "phone", f"{area}-{match['local']}", *match.span())
    for match in _RUN.finditer(line.text):
        if not line.free(*match.span()):
            continue
        run = match.group().upper()
        kind, value = _kind(line, run, match.start(), rule)
        if value is not None:
            _add(line, kind, value, *match.span())
        elif len(run) >= 9 and run.isdigit() and not _MONEY.match(line.text, match.end()):
            line.take(*match.span())


def _add_announced(line: Line, match: re.Match[str], rule: AccountRule) -> None:
    """The first row of digits if it can be the number alone, else all rows together."""
    for end in (match.end(1), match.end()):
        run = re.sub(r"[ -]", "", line.text[match.start() : end])
        kind, value = _kind(line, run, match.start(), rule)
        if value is not None:
            _add(line, kind, value, match.start(), end)
            return


def _add(line: Line, kind: str, value: Any, start: int, end: int) -> None:
    line.add(kind, value, start, end)
    line.take(start, end)


def _kind(line: Line, run: str, start: int, rule: AccountRule) -> tuple[str, dict[str, Any] | None]:
    """What a row of digits and letters is, in the order of docs/nlu-values.md."""
    before = line.text[max(0, start - 14) : start]
    run = run.upper()
    is_id = re.fullmatch(r"[0-9]{17}[0-9X]", run) is not None
    if is_id and check_id_number(run) and _birth(run, line.today):
        return "id_number", _identity(run, line.today)
    if len(run) == 18 and _EMPLOYER.fullmatch(run):
        letters = re.search(r"[A-Z]", run[:17]) is not None
        if letters or uscc.is_valid(run):
            return "employer_code", {"number": run, "valid": bool(uscc.is_valid(run))}
    if _ID_CUE.search(before) and re.fullmatch(r"[0-9]{13,18}[0-9X]", run):
        return "id_number", _identity(run, line.today)
    if _ACCOUNT_CUE.search(before) and re.fullmatch(r"[0-9]{6,20}", run):
        return "fund_account", {"number": run, "valid": rule.valid(run)}
    card = run.isdigit() and 13 <= len(run) <= 19
    if card and _CARD_CUE.search(before):
        return "bank_card", {"number": run, "valid": len(run) >= 16 and luhn.is_valid(run)}
    if (is_id or (len(run) == 15 and run.isdigit())) and _birth(run, line.today):
        return "id_number", _identity(run, line.today)
    if rule.fits(run) and run.isdigit():
        return "fund_account", {"number": run, "valid": rule.valid(run)}
    if card and len(run) >= 16 and (luhn.is_valid(run) or run.startswith("62")):
        return "bank_card", {"number": run, "valid": bool(luhn.is_valid(run))}
    return "", None


def _identity(number: str, today: date) -> dict[str, Any]:
    """`valid` only for 18 characters: numbers of the first generation are no longer accepted (居民身份证法)."""
    birth = _birth(number, today)
    sex = None
    if len(number) in (15, 18):
        digit = number[16] if len(number) == 18 else number[14]
        sex = "male" if int(digit) % 2 else "female"
    return {
        "number": number,
        "valid": len(number) == 18 and birth is not None and check_id_number(number),
        "birth": birth.isoformat() if birth else None,
        "sex": sex,
    }


def _birth(number: str, today: date) -> date | None:
    """The day of birth inside an identity number, or None when there is no such day or it is still to come."""
    if len(number) == 15:
        number = f"{number[:6]}19{number[6:]}"
    elif len(number) != 18:
        return None
    try:
        birth = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None
    return birth if date(1880, 1, 1) <= birth <= today else None
