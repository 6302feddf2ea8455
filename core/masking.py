"""Takes personal numbers out of a text that is kept for statistics. Pure; used where texts outlive conversations.

Names and addresses cannot be told from other words with certainty and are not looked for, but for the name beside
an identity number; what identifies a person in this field is a number. A number too many is masked rather than one
too few: nobody needs them to understand a question. Amounts, years, clauses and hotlines
(12329, 12333) have fewer digits and stay.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence

# What is written between the digits when people dictate or paste a number: up to three of them.
_BLANK = r"\s\u200b-\u200f\u2060\ufeff"
_GAP = rf"[{_BLANK}\-–—.·•_/~*:,、;|()]{{0,3}}"
_EDGE_LEFT, _EDGE_RIGHT = r"(?<![0-9A-Za-z])", r"(?![0-9A-Za-z])"


def _digits(count: str) -> str:
    return rf"(?:[0-9]{_GAP}){count}"


# RFC 5321 allows 64 characters before the @; without a limit a long text of dots takes minutes.
_EMAIL = re.compile(r"[A-Za-z0-9._%+\-]{1,64}@[A-Za-z0-9\-]+(?:\.[A-Za-z0-9\-]+)+")
# GB 11643: 17 digits and a check character; 15 digits in the first edition of the cards.
IDENTITY = re.compile(rf"(?<![0-9]){_digits('{17}')}[0-9Xx](?![0-9])")
OLD_IDENTITY = re.compile(
    rf"(?<![0-9])[1-8](?:{_GAP}[0-9]){{5}}(?:{_GAP}[0-9]){{2}}{_GAP}(?:0[1-9]|1[0-2]){_GAP}"
    rf"(?:0[1-9]|[12][0-9]|3[01])(?:{_GAP}[0-9]){{3}}(?![0-9])"
)
# More digits than any number has: two numbers pasted without a blank, one of them perhaps a person's.
PASTED = re.compile(r"[0-9]{20,}[Xx]?")
MOBILE = re.compile(rf"(?<![0-9])(?:\+?86{_GAP})?1{_GAP}[3-9](?:{_GAP}[0-9]){{9}}(?![0-9])")
LANDLINE = re.compile(r"(?<![0-9])[(（]?0[0-9]{2,3}[)）]?[ \-–—]?[1-9][0-9]{6,7}(?![0-9])")
# GB 32100: an organisation's code; passports and permits: a letter or two and at least seven digits.
_CREDIT_CODE = re.compile(
    _EDGE_LEFT + r"[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}" + _EDGE_RIGHT
)
PERMIT = re.compile(_EDGE_LEFT + r"[A-Za-z]{1,2}[0-9]{7,10}" + _EDGE_RIGHT)
# Cards and accounts. Nine digits are a hundred million yuan; no citizen's amount is that long.
# No dot or comma between them: 1500000.00 is an amount, 2023、2024、2025 are years.
ACCOUNT = re.compile(rf"(?<![0-9])[0-9](?:[{_BLANK}\-–—_]{{0,3}}[0-9]){{8,}}")
# Groups of four as on a bank card, which begins with 3 to 6 as no year does.
CARD = re.compile(
    r"(?<![0-9])[3-6][0-9]{3}([.·/,、])[0-9]{4}(?:\1[0-9]{4}){2}(?:\1[0-9]{1,4})?(?![0-9])"
)

_NAME_MARK, _NUMBER_MARK = "[姓名]", "[证件号]"
_NAME = r"[\u3400-\u9fff]{2,4}(?:[·•・][\u3400-\u9fff]{1,12}){0,3}"
_ANNOUNCED_NAME = re.compile(
    rf"((?:姓名|名字|我叫|本人叫?|我是)[是叫为]?[\s:：,，]*){_NAME}(?=$|[\s,，。.;；、:：!！?？(（\[]|身份|证件|号)"
)
_NAME_BESIDE = re.compile(
    rf"(?:^|(?<=[\s,，。.;；、:：]))({_NAME})(?=[\s,，、:：]*\[证件号\])|(?<=\[证件号\])[\s,，、:：]*({_NAME})(?=$|[\s,，。])"
)
# What stands there as well: 身份证 1101…, 1101… 怎么查.
_NO_NAME = re.compile(
    r"身份|[证照号码账卡编户是的我你您查吗呢不没有能可]|怎么|什么|多少|余额|公积|社保|麻烦|谢谢|帮"
)

_Rules = tuple[tuple[re.Pattern[str], str], ...]
_RULES: _Rules = (
    (_EMAIL, "[邮箱]"),
    (IDENTITY, "[证件号]"),
    (_CREDIT_CODE, "[单位代码]"),
    (MOBILE, "[手机号]"),
    (OLD_IDENTITY, "[证件号]"),
    (LANDLINE, "[电话]"),
    (PERMIT, "[证件号]"),
    (CARD, "[号码]"),
    (ACCOUNT, "[号码]"),
)
_IDENTITY_RULES: _Rules = tuple(
    (pattern, "[证件号]") for pattern in (PASTED, IDENTITY, OLD_IDENTITY)
)
_SPOKEN_RULES: _Rules = tuple((pattern, "[号码]") for pattern in (IDENTITY, MOBILE, CARD, ACCOUNT))
# Fifteen digits in words are more often an enumeration than a number.
_SPOKEN_IDENTITY: _Rules = ((IDENTITY, "[证件号]"),)
_SPOKEN = dict(
    zip("〇零一二三四五六七八九幺两壹贰叁肆伍陆柒捌玖", "0012345678912123456789", strict=True)
)


def mask_personal(text: str) -> str:
    """The text with identity numbers, phones, e-mail addresses, cards and accounts replaced by what they are."""
    text = each(text, _western_digit)
    text = _masked(text, each(text, plain_char), _RULES)
    # Once more with numbers as they are spoken, in part or whole.
    return _without_name(_masked(text, spoken(text), _SPOKEN_RULES))


def mask_identity(text: str) -> str:
    """The text without identity numbers and whose they are: for messages people still read, who may need the rest."""
    plain = each(each(text, _western_digit), plain_char)
    text = _masked(text, plain, _IDENTITY_RULES)
    return _without_name(_masked(text, spoken(text), _SPOKEN_IDENTITY))


def _without_name(text: str) -> str:
    """The text without the name that stands beside an identity number: 我叫张三，身份证…, 张三 1101…."""
    if _NUMBER_MARK not in text:
        return text
    text = _ANNOUNCED_NAME.sub(lambda m: f"{m[1]}{_NAME_MARK}", text)
    return _NAME_BESIDE.sub(
        lambda m: m[0] if _NO_NAME.search(m[0]) else m[0].replace(m[1] or m[2], _NAME_MARK), text
    )


def spoken(text: str) -> str:
    """Character by character as digits what is said for them: 幺三九."""
    return each(each(text, plain_char), lambda c: _SPOKEN.get(c, c))


def _masked(text: str, plain: str, rules: _Rules) -> str:
    """`text` without what the rules find in `plain`, which is the same text character by character."""
    for pattern, name in rules:
        spans = [match.span() for match in pattern.finditer(plain)]
        text, plain = _replaced(text, spans, name), _replaced(plain, spans, name)
    return text


def _replaced(text: str, spans: Sequence[tuple[int, int]], name: str) -> str:
    pieces, at = [], 0
    for start, end in spans:
        pieces += [text[at:start], name]
        at = end
    return "".join([*pieces, text[at:]])


def each(text: str, change: Callable[[str], str]) -> str:
    return text if text.isascii() else "".join(map(change, text))


def _western_digit(char: str) -> str:
    """Digits and letters of full width as plain ones; everything else as it is."""
    wide = "\uff10" <= char <= "\uff5a" and char.isalnum()
    return unicodedata.normalize("NFKC", char) if wide else char


def plain_char(char: str) -> str:
    """The character to compare: digits of any script and shape (① ¹ ١) and punctuation of full width as plain ones."""
    if char.isascii():
        return char
    if char == "。":
        return "."
    digit = unicodedata.digit(char, None)
    if digit is not None:
        return str(digit)
    return unicodedata.normalize("NFKC", char) if "\uff01" <= char <= "\uff5e" else char
