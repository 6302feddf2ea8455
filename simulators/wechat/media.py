"""Temporary media: what kinds there are, how large they may be, and that they are gone after three days.

Source: documentation of media/upload ("新增临时素材") and media/get; codes: "全局返回码".
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field

from simulators.wechat import sound

KEPT_SECONDS = 3 * 24 * 3600.0
MEBIBYTE = 1024 * 1024
VOICE_SECONDS = 60.0


@dataclass(frozen=True)
class Kind:
    """`too_large`: the error code of the kind."""

    formats: frozenset[str]
    most_bytes: int
    too_large: int


KINDS = {
    "image": Kind(frozenset({"png", "jpg", "gif"}), 10 * MEBIBYTE, 40009),
    "voice": Kind(frozenset({"amr", "mp3"}), 2 * MEBIBYTE, 40010),
    "video": Kind(frozenset({"mp4"}), 10 * MEBIBYTE, 40011),
    "thumb": Kind(frozenset({"jpg"}), 64 * 1024, 40012),
}
CONTENT_TYPES = {
    "png": "image/png", "jpg": "image/jpeg", "gif": "image/gif", "amr": "audio/amr", "mp3": "audio/mp3",
    "mp4": "video/mp4", "bin": "application/octet-stream",
}  # fmt: skip


@dataclass(frozen=True)
class Media:
    id: str
    kind: str
    format: str
    data: bytes
    created: float
    name: str = ""

    @property
    def content_type(self) -> str:
        return CONTENT_TYPES.get(self.format, CONTENT_TYPES["bin"])


@dataclass
class MediaStore:
    """The media of one account; both those it uploaded and those citizens sent it."""

    kept: dict[str, Media] = field(default_factory=dict)

    def add(self, kind: str, data: bytes, now: float, name: str = "") -> Media:
        media = Media(secrets.token_urlsafe(48), kind, format_of(data), data, now, name)
        self.kept[media.id] = media
        return media

    def get(self, media_id: object, now: float) -> Media | None:
        media = self.kept.get(media_id) if isinstance(media_id, str) else None
        if media is not None and now - media.created >= KEPT_SECONDS:
            del self.kept[media.id]
            return None
        return media


def check(kind: str, data: bytes, *, kinds: frozenset[str] = frozenset(KINDS)) -> int:
    """The error code of an upload: 0 when WeChat would take it."""
    if kind not in kinds:
        return 40004
    rule = KINDS[kind]
    if not data:
        return 44001
    if len(data) > rule.most_bytes:
        return rule.too_large
    form = format_of(data)
    if form not in rule.formats:
        return 40005
    return 45007 if kind == "voice" and sound.seconds(form, data) > VOICE_SECONDS else 0


def format_of(data: bytes) -> str:
    """By its first bytes; "bin" when it is none of those WeChat takes."""
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if data.startswith(b"\xff\xd8\xff"):
        return "jpg"
    if data[:6] in (b"GIF87a", b"GIF89a"):
        return "gif"
    if data.startswith(b"#!AMR\n"):
        return "amr"
    if data.startswith(b"ID3") or sound.is_mp3_frame(data[:4]):
        return "mp3"
    return "mp4" if data[4:8] == b"ftyp" else "bin"
