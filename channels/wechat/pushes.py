"""From the body of a push to a `Push`: XML that cannot harm, parsed by wechatpy, every field checked."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import Any
from xml.parsers import expat

import xmltodict
from wechatpy import parse_message
from wechatpy.messages import BaseMessage

from channels.wechat.errors import PushMalformed

# Real pushes are a few kilobytes, three levels deep (picture lists); anything beyond is an attack.
MAX_DEPTH = 8
MAX_ELEMENTS = 500

OPENID = re.compile(r"[A-Za-z0-9_\-]{1,64}")


@dataclass(frozen=True)
class Push:
    """One message or event of a citizen.

    `external_id` identifies it over WeChat's retries: the MsgId; for events, which have none, sender,
    time and event (and of a menu its key). `kind` is `text`, `voice`, `image`, ..., or `event`; `text` is
    what the citizen said (typed, or recognised from voice); `menu_id` is set when a `msgmenu` item was tapped.
    """

    openid: str
    external_id: str
    kind: str
    text: str = ""
    menu_id: str = ""
    event: str = ""
    event_key: str = ""


def check_xml(body: bytes) -> str:
    """The body as text, once it is known to be harmless XML; raises PushMalformed.

    Expat is asked first, because a document type (entity bombs, external files), deep nesting and masses
    of elements must be refused before anything builds a tree of them.
    """
    parser = expat.ParserCreate()
    depth = elements = 0

    def refuse(*_: Any) -> None:
        raise PushMalformed(reason="doctype")

    def start(_name: str, _attributes: dict[str, str]) -> None:
        nonlocal depth, elements
        depth, elements = depth + 1, elements + 1
        if depth > MAX_DEPTH or elements > MAX_ELEMENTS:
            raise PushMalformed(reason="structure")

    def end(_name: str) -> None:
        nonlocal depth
        depth -= 1

    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    try:
        text = body.decode("utf-8")
        parser.Parse(body, True)
    except (expat.ExpatError, UnicodeDecodeError, ValueError):
        raise PushMalformed(reason="xml") from None
    return text


def cipher_in(body: bytes) -> str:
    """The `Encrypt` element of an encrypted push; raises PushMalformed."""
    fields = _fields(check_xml(body))
    cipher = fields.get("Encrypt")
    if not isinstance(cipher, str) or not cipher:
        raise PushMalformed(reason="no_cipher")
    return cipher.strip()


def parse(xml: str) -> Push:
    """The push in a plain or decrypted body; raises PushMalformed.

    Types we do not know become a Push of that kind: the caller acknowledges them.
    """
    check_xml(xml.encode("utf-8", errors="replace"))
    try:
        message: BaseMessage = parse_message(xml)
        return _push(message)
    except (TypeError, KeyError, AttributeError, ValueError, OverflowError, expat.ExpatError):
        # What wechatpy raises for `<xml></xml>`, missing or repeated fields, numbers that are none.
        raise PushMalformed(reason="fields") from None


def _push(message: BaseMessage) -> Push:
    fields: dict[str, Any] = message._data
    openid = _text(fields, "FromUserName")
    if not OPENID.fullmatch(openid):
        raise PushMalformed(reason="openid")
    kind = _text(fields, "MsgType").lower()[:32]
    if kind == "event":
        event = _text(fields, "Event").lower()[:48]
        external_id, key = f"{openid}:{int(message.time)}:{event}", _text(fields, "EventKey")
        if event == "click":
            # Two items of a menu can be tapped within a second; a retry has the same key.
            external_id += ":" + hashlib.sha256(key.encode()).hexdigest()[:8]
        return Push(openid, external_id, kind, event=event, event_key=key)
    message_id = int(message.id)
    external_id = str(message_id) if message_id else f"{openid}:{int(message.time)}:{kind}"
    text = {"text": _text(fields, "Content"), "voice": _text(fields, "Recognition")}.get(kind, "")
    # The lower-case name is WeChat's own.
    return Push(openid, external_id[:128], kind, text=text, menu_id=_text(fields, "bizmsgmenuid"))


def _text(fields: dict[str, Any], name: str) -> str:
    value = fields.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise PushMalformed(reason=name)
    return value


def _fields(xml: str) -> dict[str, Any]:
    try:
        root = xmltodict.parse(xml).get("xml")
    except (expat.ExpatError, ValueError):
        raise PushMalformed(reason="xml") from None
    if not isinstance(root, dict):
        raise PushMalformed(reason="root")
    return root
