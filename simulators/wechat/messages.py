"""Customer-service messages: which kinds WeChat takes, with which fields, and what the citizen then sees.

Sources: documentation of message/custom/send for official accounts and for mini-programs ("发送客服消息"); that
news have one article: the same, since 2018-10-12 (45008). Where it gives no number (the parts of msgmenu) the limits of
the same message in 微信客服 are taken.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from simulators.wechat.account import Account
from simulators.wechat.errors import Refused
from simulators.wechat.media import Media

MAX_TEXT_BYTES = 2048


@dataclass(frozen=True)
class Bubble:
    """What the citizen sees. `text` is also what stands in the list of chats, such as [图片]."""

    kind: str
    text: str
    menu: list[tuple[str, str]] = field(default_factory=list)
    tail: str = ""
    data: dict[str, Any] = field(default_factory=dict)


def read(account: Account, body: dict[str, Any]) -> Bubble:
    """The bubble of a message; raises Refused."""
    kind = body.get("msgtype")
    readers = _OFFICIAL if account.is_official else _MINI_PROGRAM
    if kind in _OFFICIAL and kind not in readers:
        # Seen in WeChat's community when a mini-program sent news.
        raise Refused(45162)
    if not isinstance(kind, str) or kind not in readers:
        # `file` among them: an official account cannot send files.
        raise Refused(40008)
    part = body.get(kind)
    if not isinstance(part, dict):
        raise Refused(47001)
    return readers[kind](account, part)


def _text(account: Account, part: dict[str, Any]) -> Bubble:
    content = _string(part, "content")
    if not content:
        raise Refused(44004)
    if len(content.encode()) > MAX_TEXT_BYTES:
        raise Refused(45002)
    return Bubble("text", content)


def _image(account: Account, part: dict[str, Any]) -> Bubble:
    media = _media(account, part, "image")
    return Bubble("image", "[图片]", data={"url": _address(media)})


def _voice(account: Account, part: dict[str, Any]) -> Bubble:
    media = _media(account, part, "voice")
    return Bubble("voice", "[语音]", data={"url": _address(media), "format": media.format})


def _video(account: Account, part: dict[str, Any]) -> Bubble:
    media = _media(account, part, "video")
    # Not required, and without effect when it is wrong: wechat shows the video's own first picture.
    thumb = account.media.get(part.get("thumb_media_id"), account.clock())
    data = {"url": _address(media), "poster": _address(thumb) if thumb else "", **_titles(part)}
    return Bubble("video", "[视频]", data=data)


def _music(account: Account, part: dict[str, Any]) -> Bubble:
    thumb = _media(account, part, "thumb", field_name="thumb_media_id")
    url = _required(part, "musicurl")
    _required(part, "hqmusicurl")
    return Bubble("music", "[音乐]", data={"url": url, "picture": _address(thumb), **_titles(part)})


def _news(account: Account, part: dict[str, Any]) -> Bubble:
    articles = part.get("articles")
    if not isinstance(articles, list):
        # Seen in WeChat's community when the one article stood there without a list.
        raise Refused(45162)
    if not articles:
        raise Refused(44003)
    if len(articles) > 1:
        raise Refused(45008)
    (article,) = articles
    if not isinstance(article, dict):
        raise Refused(47001)
    data = _titles(article) | {
        "url": _string(article, "url"),
        "picture": _string(article, "picurl"),
    }
    return Bubble("news", f"[链接] {data['title']}", data=data)


def _msgmenu(account: Account, part: dict[str, Any]) -> Bubble:
    if not account.settings.menus:
        raise Refused(40200)
    items = part.get("list")
    if not isinstance(items, list) or not items:
        raise Refused(47001)
    menu: list[tuple[str, str]] = []
    for item in items:
        if not isinstance(item, dict) or not item.get("id") or not item.get("content"):
            raise Refused(47001)
        menu.append((str(item["id"]), str(item["content"])))
    head, tail = _string(part, "head_content"), _string(part, "tail_content")
    if len("".join([head, tail, *(label for _, label in menu)]).encode()) > MAX_TEXT_BYTES:
        raise Refused(45002)
    return Bubble("msgmenu", head, menu, tail)


def _official_page(account: Account, part: dict[str, Any]) -> Bubble:
    """A card of a mini-program that must be linked to the account."""
    if _required(part, "appid") not in account.settings.mini_programs:
        raise Refused(40013)
    return _page(account, part, "thumb", "image")


def _own_page(account: Account, part: dict[str, Any]) -> Bubble:
    return _page(account, part, "image", "thumb")


def _page(account: Account, part: dict[str, Any], *kinds: str) -> Bubble:
    path = _required(part, "pagepath")
    picture = _media(account, part, *kinds, field_name="thumb_media_id")
    data = _titles(part) | {"path": path, "picture": _address(picture)}
    return Bubble("miniprogrampage", f"[小程序] {data['title']}", data=data)


def _link(account: Account, part: dict[str, Any]) -> Bubble:
    data = _titles(part) | {
        "url": _required(part, "url"),
        "picture": _string(part, "thumb_url"),
    }
    return Bubble("link", f"[链接] {data['title']}", data=data)


_OFFICIAL = {
    "text": _text, "image": _image, "voice": _voice, "video": _video, "music": _music, "news": _news,
    "msgmenu": _msgmenu, "miniprogrampage": _official_page,
}  # fmt: skip
_MINI_PROGRAM = {"text": _text, "image": _image, "link": _link, "miniprogrampage": _own_page}


def _media(
    account: Account, part: dict[str, Any], *kinds: str, field_name: str = "media_id"
) -> Media:
    """The media a message names; 40007 when it is unknown, over, of another account or of another kind."""
    if not part.get(field_name):
        raise Refused(41006)
    media = account.media.get(part[field_name], account.clock())
    if media is None or media.kind not in kinds:
        raise Refused(40007)
    return media


def _address(media: Media) -> str:
    """Where the page finds it, relative to the page."""
    return f"_media/{media.id}"


def _titles(part: dict[str, Any]) -> dict[str, str]:
    return {"title": _string(part, "title"), "description": _string(part, "description")}


def _string(part: dict[str, Any], name: str) -> str:
    value = part.get(name, "")
    if not isinstance(value, str):
        raise Refused(47001)
    return value


def _required(part: dict[str, Any], name: str) -> str:
    value = _string(part, name)
    if not value:
        raise Refused(47001)
    return value
