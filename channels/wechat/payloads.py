"""What official accounts can show, and the bodies of message/custom/send that show it. Pure; used by the carrier."""

from __future__ import annotations

from collections.abc import Mapping

from channels.tencent.rendering.bubbles import Bubble, CardBubble, MenuBubble, TextBubble
from channels.tencent.rendering.showing import Fits, Looks

_MB = 1024 * 1024

# Limits of media/upload (documentation "新增临时素材"): image 10 MB PNG, JPEG, GIF; voice 2 MB and 60 s AMR, MP3;
# video 10 MB MP4. A later page of the same documentation says 2 MB of pictures: what WeChat refuses at the upload is
# sent as a link. There is no message type for documents.
# WeChat names no limits for the official account's msgmenu; those of Looks are of the same message in 微信客服
# (send_msg: head and tail 1024 bytes, ten items of 128 bytes).
OFFICIAL_ACCOUNT = Looks(
    variant="wechat",
    media={
        # WebP is written anew as JPEG (media_out.py).
        "image": Fits(frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"}), 10 * _MB),
        "voice": Fits(frozenset({"audio/mpeg", "audio/amr"}), 2 * _MB, most_seconds=60),
        "video": Fits(frozenset({"video/mp4"}), 10 * _MB),
    },
)


def payload(openid: str, bubble: Bubble, media_id: str = "") -> dict[str, object]:
    """The body of message/custom/send. `media_id`: of a bubble that shows a file, once WeChat has it."""
    match bubble:
        case TextBubble(text):
            return _message(openid, "text", {"content": text})
        case MenuBubble(head, items, tail):
            shown = [{"id": item_id, "content": label} for item_id, label in items]
            menu = {"head_content": head, "list": shown, "tail_content": tail}
            return _message(openid, "msgmenu", menu)
        case CardBubble(title, description, url, picture):
            article = {"title": title, "description": description, "url": url, "picurl": picture}
            # More than one article: error 45008.
            return _message(openid, "news", {"articles": [article]})
        case _:
            return _message(openid, bubble.kind, {"media_id": media_id})


def _message(openid: str, kind: str, part: Mapping[str, object]) -> dict[str, object]:
    return {"touser": openid, "msgtype": kind, kind: part}
