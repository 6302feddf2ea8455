"""What a citizen can do, as the fields WeChat pushes for it. Source: documentation "接收普通消息", "接收事件推送".

`file` is not documented: its fields are those WeChat was seen to push, and there is no way to fetch the file.
"""

from __future__ import annotations

import hashlib
import secrets

from simulators.tencent.envelope import Fields
from simulators.wechat.account import Account, Citizen
from simulators.wechat.media import Media
from simulators.wechat.templates import Template

LABELS = {"image": "[图片]", "voice": "[语音]", "video": "[视频]", "shortvideo": "[视频]"}
# What opens a window for replies. Of the menu's events the documentation names these three.
OPENING_EVENTS = {
    "subscribe": "subscribe",
    "SCAN": "scan",
    "CLICK": "click",
    "scancode_push": "click",
    "scancode_waitmsg": "click",
    "user_enter_tempsession": "enter",
}


def wrote(account: Account, citizen: Citizen, *, tapped: bool = False) -> None:
    """The citizen sent something: replies are allowed again. Whoever writes to an account follows it."""
    if account.is_official:
        account.subscribe(citizen)
    citizen.last_exchange_at = account.clock()
    citizen.quota.open("click" if tapped else "message", account.clock())


def happened(account: Account, citizen: Citizen, event: str, key: str) -> None:
    """An event: following, scanning, tapping on the menu, entering the chat of a mini-program."""
    if event in OPENING_EVENTS:
        citizen.quota.open(OPENING_EVENTS[event], account.clock())
    if event == "unsubscribe":
        citizen.subscribed = False
    elif event in ("subscribe", "SCAN", "CLICK"):
        # Only followers see the menu, and WeChat tells of a scan only when the account is followed.
        account.subscribe(citizen)
    if event in ("subscribe", "SCAN"):
        citizen.scene = key.removeprefix("qrscene_")


def consented(citizen: Citizen, template: Template, answer: str) -> None:
    """One consent is one notice, unless the template is for the long term."""
    if answer == "reject":
        citizen.consents[template.id] = 0
    elif template.kind == "once":
        citizen.consents[template.id] = (citizen.consents.get(template.id) or 0) + 1
    else:
        citizen.consents[template.id] = None


def event_fields(event: str, key: str, more: dict[str, str | int | float]) -> Fields:
    fields: Fields = {"MsgType": "event", "Event": event}
    if event == "user_enter_tempsession":
        return {**fields, "SessionFrom": key, **more}
    fields["EventKey"] = key
    if event == "SCAN" or (event == "subscribe" and key):
        fields["Ticket"] = "gQ" + secrets.token_urlsafe(60)
    return {**fields, **more}


def media_fields(account: Account, media: Media, *, base: str, recognition: str | None) -> Fields:
    """`recognition`: None when the account has speech recognition switched off."""
    if media.kind == "image":
        picture = f"{base}/_media/{media.id}"
        return {"MsgType": "image", "PicUrl": picture, "MediaId": media.id}
    if media.kind == "voice":
        fields: Fields = {"MsgType": "voice", "MediaId": media.id, "Format": media.format}
        return fields if recognition is None else {**fields, "Recognition": recognition}
    thumb = account.media.add("thumb", THUMB, account.clock())
    return {"MsgType": media.kind, "MediaId": media.id, "ThumbMediaId": thumb.id}


def file_fields(name: str, data: bytes) -> Fields:
    return {
        "MsgType": "file",
        "Title": name,
        "Description": "",
        "FileKey": secrets.token_urlsafe(12),
        "FileMd5": hashlib.md5(data, usedforsecurity=False).hexdigest(),
        "FileTotalLen": len(data),
    }


# The smallest picture a video can have: one grey pixel.
THUMB = bytes.fromhex(
    "ffd8ffe000104a46494600010100000100010000ffdb004300080606070605080707070909080a0c140d0c0b0b0c19"
    "12130f141d1a1f1e1d1a1c1c20242e2720222c231c1c2837292c30313434341f27393d38323c2e333432ffc0000b08"
    "0001000101011100ffc4001f0000010501010101010100000000000000000102030405060708090a0bffc400b51000"
    "02010303020403050504040000017d01020300041105122131410613516107227114328191a1082342b1c11552d1f0"
    "2433627282090a161718191a25262728292a3435363738393a434445464748494a535455565758595a636465666768"
    "696a737475767778797a838485868788898a92939495969798999aa2a3a4a5a6a7a8a9aab2b3b4b5b6b7b8b9bac2c3"
    "c4c5c6c7c8c9cad2d3d4d5d6d7d8d9dae1e2e3e4e5e6e7e8e9eaf1f2f3f4f5f6f7f8f9faffda0008010100003f00fb"
    "d0ffd9"
)
