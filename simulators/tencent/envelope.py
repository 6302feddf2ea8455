"""The envelope of a push: XML or JSON, signed, sealed or not, as Tencent's services send it."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from typing import Literal
from xml.etree import ElementTree

from simulators.tencent import crypto

Mode = Literal["plain", "compatible", "encrypted"]
Format = Literal["xml", "json"]
Fields = dict[str, "str | int | float | Fields | list[Fields]"]

CONTENT_TYPES: dict[Format, str] = {"xml": "text/xml", "json": "application/json"}


@dataclass(frozen=True)
class Seal:
    """The secrets both sides share. `receiver`: the app id or corp id inside every cipher."""

    token: str
    aes_key: str
    receiver: str

    def signed(self, now: float) -> dict[str, str]:
        """The query of a push in the clear."""
        timestamp, nonce = str(int(now)), str(secrets.randbelow(10**10))
        signature = crypto.sign(self.token, timestamp, nonce)
        return {"signature": signature, "timestamp": timestamp, "nonce": nonce}

    def encrypt(self, text: str) -> str:
        return crypto.encrypt(text, aes_key=self.aes_key, app_id=self.receiver)

    def decrypt(self, cipher: str) -> str:
        """Raises ValueError."""
        return crypto.decrypt(cipher, aes_key=self.aes_key, app_id=self.receiver)

    def signature_of(self, query: dict[str, str], cipher: str) -> str:
        return crypto.sign(self.token, query["timestamp"], query["nonce"], cipher)

    def pushed(
        self, fields: Fields, *, mode: Mode, form: Format, now: float
    ) -> tuple[dict[str, str], str]:
        """Query and body of one push."""
        query, text = self.signed(now), written(fields, form)
        if mode == "plain":
            return query, text
        cipher = self.encrypt(text)
        query |= {"encrypt_type": "aes", "msg_signature": self.signature_of(query, cipher)}
        if mode == "compatible":
            return query, written({**fields, "Encrypt": cipher}, form)
        return query, written({"ToUserName": fields["ToUserName"], "Encrypt": cipher}, form)

    def opened(self, body: str) -> ElementTree.Element:
        """The XML of an answer, opened if it is sealed; raises ValueError."""
        try:
            root = ElementTree.fromstring(body)
            cipher = root.findtext("Encrypt")
            return ElementTree.fromstring(self.decrypt(cipher)) if cipher else root
        except ElementTree.ParseError as error:
            raise ValueError("not XML") from error


def written(fields: Fields, form: Format) -> str:
    return to_xml(fields) if form == "xml" else json.dumps(fields, ensure_ascii=False)


def to_xml(fields: Fields) -> str:
    """Texts are CDATA, numbers are not. A `]]>` inside a text is split over two CDATA sections."""
    return f"<xml>{_inner(fields)}</xml>"


def _inner(fields: Fields) -> str:
    parts = []
    for name, value in fields.items():
        for one in value if isinstance(value, list) else [value]:
            parts.append(f"<{name}>{_value(one)}</{name}>")
    return "".join(parts)


def _value(value: str | int | float | Fields) -> str:
    if isinstance(value, dict):
        return _inner(value)
    if isinstance(value, str):
        return "<![CDATA[" + value.replace("]]>", "]]]]><![CDATA[>") + "]]>"
    return str(value)
