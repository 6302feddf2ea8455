"""From the body of a push to a `Push`: XML that cannot harm, parsed by wechatpy, every field checked."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import Any
from xml.parsers import expat

from wechatpy import parse_message
from wechatpy.messages import BaseMessage

from channels.tencent.errors import PushMalformed
from channels.tencent.xml import check_xml

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
