"""Anything at all sent to the callback address: taken or refused, never a 5xx.

The usual run tries some hundred bodies; FUZZ_EXAMPLES=10000 before the command tries that many on each database.
"""

from __future__ import annotations

import json
import os
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simulators.tencent import crypto
from simulators.tencent.envelope import to_xml
from tests.integration.wechat.conftest import APP_ID, World
from tests.integration.wechat.pushes import (
    ADDRESS,
    post,
    signed,
)

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "150"))

KINDS = [
    "text", "image", "voice", "video", "shortvideo", "location", "link", "file", "music", "event",
    "miniprogrampage", "hologram",
]  # fmt: skip
EVENTS = [
    "subscribe", "unsubscribe", "SCAN", "CLICK", "VIEW", "VIEW_MINIPROGRAM", "LOCATION", "scancode_push",
    "scancode_waitmsg", "pic_sysphoto", "pic_photo_or_album", "pic_weixin", "location_select",
    "TEMPLATESENDJOBFINISH", "subscribe_msg_popup_event", "subscribe_msg_change_event",
    "subscribe_msg_sent_event", "user_authorization_revoke", "user_authorization_cancellation",
    "user_info_modified", "kf_create_session",
]  # fmt: skip
NAMES = [
    "ToUserName", "FromUserName", "CreateTime", "MsgType", "MsgId", "MsgID", "MsgDataId", "Idx", "Content",
    "Event", "EventKey", "Ticket", "bizmsgmenuid", "MediaId", "ThumbMediaId", "PicUrl", "Format", "Recognition",
    "Location_X", "Location_Y", "Scale", "Label", "Title", "Description", "Url", "FileKey", "FileTotalLen",
    "Latitude", "Longitude", "Precision", "Status", "OpenID", "RevokeInfo", "ScanCodeInfo", "SendPicsInfo",
    "SendLocationInfo", "List", "SubscribeMsgPopupEvent", "Encrypt", "x",
]  # fmt: skip
ODD = [
    "", " ", "1", "-1", "0", "1e9", "NaN", "99999999999999999999", "9" * 5000, "\u0661", "oFuzz", "]]>", "<![CDATA[",
    "&amp;", "\x00", "\u200b", "\ufeff", "\U0001f468\u200d\U0001f469\u200d\U0001f467", "null", "say:", "ask:x", "hot",
    "qrscene_", "qrscene_1", "2", "m:0", "00000000-0000-0000-0000-000000000000:1", "'; --", "../../etc/passwd",
    "长" * 5000,
]  # fmt: skip
TEXTS = st.one_of(st.sampled_from([*ODD, *KINDS, *EVENTS]), st.text(max_size=30))
LEAVES = st.one_of(TEXTS, st.none(), st.booleans(), st.integers(), st.floats(), st.just(10**400))
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(NAMES), inner, max_size=3)
    ),
    max_leaves=5,
)
# Nearly right, so that most go further than the first check.
RIGHT = st.fixed_dictionaries(
    {
        "FromUserName": st.sampled_from(["oFuzz", "oOther"]),
        "CreateTime": st.sampled_from(["1763863200", "1763863201"]),
        "MsgType": st.sampled_from(KINDS),
    },
    optional={
        "Event": st.sampled_from(EVENTS),
        "MsgId": st.integers(1, 10**18).map(str),
        "Content": TEXTS,
        "EventKey": TEXTS,
    },
)


def xml_of(fields: dict[str, Any]) -> bytes:
    """As WeChat writes it; a list is the same field again."""
    return f"<xml>{''.join(_element(name, value) for name, value in fields.items())}</xml>".encode(
        "utf-8", "replace"
    )


def _element(name: str, value: Any) -> str:
    if isinstance(value, list):
        return "".join(_element(name, one) for one in value)
    if isinstance(value, dict):
        inner = "".join(_element(key, one) for key, one in value.items())
    else:
        try:
            text = "" if value is None else str(value)
        except ValueError:
            text = "9" * 5000
        inner = "<![CDATA[" + text.replace("]]>", "]]]]><![CDATA[>") + "]]>"
    return f"<{name}>{inner}</{name}>"


def json_of(fields: dict[str, Any]) -> bytes:
    try:
        return json.dumps(fields, ensure_ascii=False).encode("utf-8", "surrogatepass")
    except ValueError:
        return b'{"MsgId":' + b"9" * 5000 + b"}"


FIELDS = st.builds(
    lambda right, wrong: {**right, **wrong},
    RIGHT,
    st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=4),
)
CUT = st.builds(
    lambda body, share: body[: int(len(body) * share)], FIELDS.map(xml_of), st.floats(0, 1)
)
BODIES = st.one_of(
    FIELDS.map(xml_of),
    FIELDS.map(json_of),
    CUT,
    st.binary(max_size=200),
    st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace")),
)
QUERIES = st.dictionaries(
    st.sampled_from(
        ["signature", "timestamp", "nonce", "msg_signature", "encrypt_type", "echostr", "openid"]
    ),
    st.text(max_size=30),
)


def fuzz(examples: int) -> settings:
    return settings(
        max_examples=examples,
        deadline=None,
        suppress_health_check=[
            HealthCheck.function_scoped_fixture,
            HealthCheck.too_slow,
            HealthCheck.data_too_large,
        ],
    )


async def connected(world: World) -> None:
    """Once for all examples."""
    if world.settings.mode != "compatible":
        await world.connect("compatible")
        world.settings.mode = "compatible"


@fuzz(EXAMPLES)
@given(body=BODIES, sealed=st.booleans())
async def test_any_signed_body_is_taken_or_refused(world: World, body: bytes, sealed: bool) -> None:
    await connected(world)
    query: dict[str, str] = signed(world)
    if sealed:
        inner = body.decode("utf-8", "replace")
        cipher = crypto.encrypt(inner, aes_key=world.settings.aes_key, app_id=APP_ID)
        body, query = to_xml({"Encrypt": cipher}).encode(), signed(world, cipher=cipher)
    response = await post(world, body, query)
    assert response.status_code in (200, 400), response.text
    assert response.text == "success" or response.json()["error"]["code"] == "wechat_push_malformed"


@fuzz(min(EXAMPLES, 1000))
@given(body=BODIES, query=QUERIES, method=st.sampled_from(["GET", "POST"]))
async def test_anything_unsigned_is_refused(
    world: World, body: bytes, query: dict[str, str], method: str
) -> None:
    await connected(world)
    response = await world.product.request(method, ADDRESS, params=_sendable(query), content=body)
    assert response.status_code in (400, 403)


def _sendable(query: dict[str, Any]) -> dict[str, str]:
    return {name: value.encode("utf-8", "replace").decode() for name, value in query.items()}
