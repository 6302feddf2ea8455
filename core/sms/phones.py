"""Mobile numbers of mainland China: the one place that says what is one and how it is shown. Pure."""

from __future__ import annotations

import re

from core.errors import InvalidInput
from core.masking import MOBILE, each, plain_char

# More than any spelling of a number needs; longer ones are not even looked at.
_LONGEST = 40
# What phones put around a number that is copied from a contact.
_AROUND = " \t\r\n\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\ufeff"
_SHOWN = re.compile(r"(?<=^[0-9]{3})[0-9]{4}(?=[0-9]{4}$)")


class PhoneInvalid(InvalidInput):
    code, default_message = "phone_invalid", "手机号不对，请填写 11 位的手机号。"


def mobile(text: str) -> str:
    """The 11 digits of what somebody has typed: with blanks, +86, full-width digits. Raises PhoneInvalid."""
    plain = each(text.strip(_AROUND), plain_char) if len(text) <= _LONGEST else ""
    if plain.startswith("0086"):
        plain = plain[2:]
    if not MOBILE.fullmatch(plain):
        raise PhoneInvalid(field="phone")
    return re.sub(r"[^0-9]", "", plain)[-11:]


def masked(phone: str) -> str:
    """138****1234, as banks and carriers print it, for logs and lists."""
    return _SHOWN.sub("****", phone)
