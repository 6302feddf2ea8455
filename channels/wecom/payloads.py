"""What 微信客服 can show, and the bodies of kf/send_msg that show it. Pure; used by the carrier.

Sources: developer.work.weixin.qq.com 94677 (发送消息), 90253 (上传临时素材).
"""

from __future__ import annotations

from typing import Any

from channels.tencent.rendering.bubbles import (
    Bubble,
    CardBubble,
    MediaBubble,
    MenuBubble,
    TextBubble,
)
from channels.tencent.rendering.showing import Fits, Looks

_MB = 1024 * 1024

# Other limits than an official account's: documents may be sent; recordings are AMR alone, pictures JPG and PNG
# (WebP is written anew as JPEG by media_out.py).
LOOKS = Looks(
    variant="wechat",
    media={
        "image": Fits(frozenset({"image/png", "image/jpeg", "image/webp"}), 10 * _MB),
        "voice": Fits(frozenset({"audio/amr"}), 2 * _MB, most_seconds=60),
        "video": Fits(frozenset({"video/mp4"}), 10 * _MB),
        "file": Fits(None, 20 * _MB),
    },
    # head_content 1024 bytes; ten items, of which each shows 128 bytes.
    menu_head=1024,
    menu_item=128,
    menu_items=10,
)


def payload(bubble: Bubble, media_id: str = "") -> dict[str, Any]:
    """`media_id`: of the file a bubble shows, or of the picture on a card."""
    match bubble:
        case TextBubble(text):
            return _message("text", {"content": text})
        case MenuBubble(head, items, tail):
            entries = [
                {"type": "click", "click": {"id": item_id, "content": label}}
                for item_id, label in items
            ]
            return _message(
                "msgmenu", {"head_content": head, "list": entries, "tail_content": tail}
            )
        case CardBubble(title, description, url):
            link = {"title": title, "desc": description, "url": url, "thumb_media_id": media_id}
            return _message("link", link)
        case MediaBubble(kind=kind):
            return _message(kind, {"media_id": media_id})


def _message(kind: str, part: dict[str, Any]) -> dict[str, Any]:
    return {"msgtype": kind, kind: part}
