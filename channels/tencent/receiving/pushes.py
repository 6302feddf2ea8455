"""From the body of a push to a `Push`: XML or JSON that cannot harm, every field that is used checked.

Official accounts push XML; for mini-programs the administrator chooses. Sources: "接收普通消息", "接收事件推送", and
for JSON "消息推送". wechatpy reads neither JSON nor every kind of message; it is the oracle of the tests.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pydantic_core import from_json

from channels.tencent.errors import PushMalformed
from channels.tencent.receiving.envelope import Envelope, Query
from channels.tencent.receiving.xml import check_xml, fields_of

OPENID = re.compile(r"[A-Za-z0-9_\-]{1,64}")
# 64 bits; what is longer is no id of WeChat's.
_NUMBER = re.compile(r"[0-9]{1,20}")
_TIME = re.compile(r"[0-9]{1,12}")
_KIND = re.compile(r"[A-Za-z0-9_.\-]{1,48}")
# The same push sealed differently is the same push.
_ENVELOPE = ("Encrypt", "encrypt")
EVENT = "event"


@dataclass(frozen=True)
class Push:
    """One message or event of a citizen.

    `external_id` identifies it over WeChat's retries: the MsgId; for events, which have none, sender, time and name
    with a digest of what else it says, since a second is long enough for two taps. `kind` is `text`, `voice`,
    `image`, ..., or `event`; `text` is what the citizen said (typed, or recognised from voice); `menu_id` is set when
    a `msgmenu` item was tapped. `fields`: all of it; read with `get`.
    """

    openid: str
    external_id: str
    kind: str
    text: str = ""
    menu_id: str = ""
    event: str = ""
    event_key: str = ""
    fields: Mapping[str, Any] = field(default_factory=dict, repr=False)

    def get(self, *path: str) -> str:
        """The text of a field, "" when there is none; raises PushMalformed when it is no text.

        `path`: through the fields it stands in (`ScanCodeInfo`, `ScanResult`).
        """
        here: Any = self.fields
        for name in path[:-1]:
            here = here.get(name)
            if here is None:
                return ""
            if not isinstance(here, Mapping):
                raise PushMalformed(reason=name)
        return _text(here, path[-1])

    def listed(self, *path: str) -> list[Mapping[str, Any]]:
        """The objects of a list; a list of one comes as the object itself. Raises PushMalformed."""
        here: Any = self.fields
        for name in path:
            here = here.get(name) if isinstance(here, Mapping) else None
        found = here if isinstance(here, list) else [here]
        if not all(isinstance(one, Mapping) for one in found if one is not None):
            raise PushMalformed(reason=path[-1])
        return [one for one in found if one is not None]


def read(envelope: Envelope, query: Query, body: bytes, now: datetime) -> Push:
    """The push in the body of a request whose query was checked before.

    Raises PushMalformed, SignatureInvalid, SignatureStale, CipherInvalid. In compatible mode the plain fields are
    there too, but nobody signed them.
    """
    if query.is_encrypted:
        return parse(envelope.opened(query, sealed_in(body), now))
    return parse(_decoded(body))


def parse(body: str) -> Push:
    """The push in a plain or decrypted body; raises PushMalformed.

    Types we do not know become a Push of that kind: the caller acknowledges them.
    """
    try:
        return _push(fields_in(body))
    except ValueError:
        # A number of thousands of digits.
        raise PushMalformed(reason="fields") from None


def sealed_in(body: bytes) -> str:
    """What is sealed in an encrypted push; raises PushMalformed."""
    cipher = fields_in(_decoded(body)).get("Encrypt")
    if not isinstance(cipher, str) or not cipher:
        raise PushMalformed(reason="no_cipher")
    return cipher.strip()


def _decoded(body: bytes) -> str:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        raise PushMalformed(reason="text") from None


def fields_in(body: str) -> dict[str, Any]:
    """The fields of an XML or JSON body. Raises PushMalformed."""
    if body.lstrip()[:1] != "{":
        check_xml(body.encode("utf-8", errors="replace"))
        return fields_of(body)
    try:
        # Strict about text and depth, where json would take half characters and recurse.
        found = from_json(body, allow_inf_nan=False)
    except ValueError:
        raise PushMalformed(reason="json") from None
    if not isinstance(found, dict):
        raise PushMalformed(reason="json")
    return found


def _push(fields: dict[str, Any]) -> Push:
    openid = _text(fields, "FromUserName")
    if not OPENID.fullmatch(openid):
        raise PushMalformed(reason="openid")
    time = _text(fields, "CreateTime")
    if not _TIME.fullmatch(time):
        raise PushMalformed(reason="CreateTime")
    kind = _word(fields, "MsgType")
    if kind == EVENT:
        event = _word(fields, "Event")
        external_id = f"{openid}:{time}:{event[:28]}:{_digest(fields)}"
        key = _text(fields, "EventKey")
        return Push(openid, external_id, kind, event=event, event_key=key, fields=fields)
    number = _text(fields, "MsgId") or _text(fields, "MsgID")
    if number and not _NUMBER.fullmatch(number):
        raise PushMalformed(reason="MsgId")
    external_id = (
        str(int(number)) if number.strip("0") else f"{openid}:{time}:{kind[:28]}:{_digest(fields)}"
    )
    text = {"text": _text(fields, "Content"), "voice": _text(fields, "Recognition")}.get(kind, "")
    # The lower-case name is WeChat's own.
    menu_id = _text(fields, "bizmsgmenuid")
    return Push(openid, external_id, kind, text=text, menu_id=menu_id, fields=fields)


def _digest(fields: Mapping[str, Any]) -> str:
    told = {name: value for name, value in fields.items() if name not in _ENVELOPE}
    text = json.dumps(told, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:12]


def _word(fields: Mapping[str, Any], name: str) -> str:
    word = _text(fields, name)
    if not _KIND.fullmatch(word):
        raise PushMalformed(reason=name)
    return word.lower()


def _text(fields: Mapping[str, Any], name: str) -> str:
    value = fields.get(name)
    match value:
        case None:
            return ""
        case str():
            return value
        case bool():
            pass
        case int() | float():
            # JSON has numbers where XML has only text.
            return str(value)
        case _:
            pass
    raise PushMalformed(reason=name)
