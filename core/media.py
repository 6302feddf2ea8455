"""What a file for a conversation is: a picture, a voice message, a video or a document. Pure; told from its bytes."""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import BinaryIO, Literal

from core import filetypes
from core.filetypes import refused, safe_name

Kind = Literal["image", "voice", "video", "file"]

# A screen of 5K has fifteen million. They are unpacked whole, so this is also how much memory one takes.
MAX_PIXELS = 16_000_000
# Codecs are named at the beginning of a WebM file.
_WEBM_HEAD = 64 * 1024
# A video's table of contents; larger ones are no phone's.
_MAX_MOOV = 8 * 1024 * 1024
_MOST_BOXES = 200
_AUDIO_BRANDS = (b"M4A ", b"M4B ")
# What an ending says, so far as it can contradict the bytes. Not the system's list, which differs between machines.
_OTHER = "application/x-other"
_PICTURES = "jpg jpeg jpe jfif png gif webp bmp tif tiff heic heif avif"
_PLAYED = "mp3 m4a aac amr wav ogg oga opus weba 3gp webm mp4 m4v mov ogv avi"
_TEXTS = "html htm xhtml xml txt csv rtf doc xls ppt js py json"
_PROGRAMS = "exe com bat cmd scr pif msi dll cpl lnk reg hta vbs ps1 sh jar apk ipa dmg iso"
_ENDINGS = {
    **dict.fromkeys(_PICTURES.split(), "image/any"),
    **dict.fromkeys(_PLAYED.split(), "audio/any"),
    **dict.fromkeys([*_TEXTS.split(), *_PROGRAMS.split()], _OTHER),
    **{ending[1:]: media_type for media_type, ending in filetypes.OFFICE.values()},
    "svg": "image/svg+xml",
    "pdf": filetypes.PDF,
}
_MPEG_FRAME = re.compile(rb"\xff[\xe2-\xe7\xf2-\xf7\xfa\xfb]")


@dataclass(frozen=True)
class Examined:
    """What a file is. `data` in place of the file when it was written anew (a picture); else it is kept as it came.

    `small`: the picture as WebP for lists.
    """

    kind: Kind
    name: str
    media_type: str
    data: bytes | None = None
    width: int | None = None
    height: int | None = None
    small: bytes | None = None


def examine(name: str, claimed: str, file: BinaryIO, size: int) -> Examined:
    """CPU work for a picture, so call it in a thread. Raises FileRefused.

    `claimed` is the media type the sender gives it. Who says picture and sends a program, or the other way round, is
    refused: other people's programs go by the name.
    """
    found = _find(name, file, size)
    for told in (claimed.partition(";")[0].strip().lower(), _by_name(name)):
        if told and not _agrees(told, found):
            raise refused("文件的内容和它的类型不一致，不能发送。", "type_mismatch")
    return found


def _find(name: str, file: BinaryIO, size: int) -> Examined:
    kind = filetypes.document(file)
    if kind is not None:
        return Examined("file", safe_name(name, kind[1]), kind[0])
    sound = _sound_or_video(file, size)
    if sound is not None:
        media_type, ending = sound
        played: Kind = "video" if media_type.startswith("video/") else "voice"
        return Examined(played, safe_name(name, ending), media_type)
    picture = filetypes.picture(name, file, size=size, max_pixels=MAX_PIXELS)
    return Examined(
        "image", picture.name, picture.media_type, picture.data, picture.width, picture.height,
        picture.small,
    )  # fmt: skip


def _by_name(name: str) -> str:
    return _ENDINGS.get(PurePosixPath(name.replace("\\", "/").lower()).suffix[1:], "")


def _agrees(told: str, found: Examined) -> bool:
    """Whether the sender's word may stand: browsers mix up pictures among themselves, and sound with video."""
    if told in ("application/octet-stream", "application/zip", "application/x-zip-compressed"):
        return True
    family = told.partition("/")[0]
    if found.kind == "image":
        return family == "image" and told != "image/svg+xml"
    if found.kind in ("voice", "video"):
        return family in ("audio", "video")
    return told == found.media_type or (
        told == "application/x-pdf" and found.media_type == filetypes.PDF
    )


def _sound_or_video(file: BinaryIO, size: int) -> tuple[str, str] | None:
    """Media type and ending, None when it is neither."""
    file.seek(0)
    head = file.read(64)
    if head.startswith(b"\x1a\x45\xdf\xa3"):
        return _webm(file)
    if head[4:8] == b"ftyp":
        return _mp4(file, head[8:12], size)
    if head.startswith(b"OggS"):
        return "audio/ogg", ".ogg"
    if head.startswith((b"#!AMR\n", b"#!AMR-WB\n")):
        return "audio/amr", ".amr"
    if head.startswith(b"RIFF") and head[8:12] == b"WAVE":
        return "audio/wav", ".wav"
    if head.startswith(b"ID3") or _MPEG_FRAME.match(head):
        return "audio/mpeg", ".mp3"
    return None


def _webm(file: BinaryIO) -> tuple[str, str]:
    file.seek(0)
    head = file.read(_WEBM_HEAD)
    if b"webm" not in head[:64]:
        raise filetypes.unknown_kind()
    if any(codec in head for codec in (b"V_VP8", b"V_VP9", b"V_AV1")):
        return "video/webm", ".webm"
    if b"A_OPUS" in head or b"A_VORBIS" in head:
        return "audio/webm", ".webm"
    raise filetypes.unknown_kind()


def _mp4(file: BinaryIO, brand: bytes, size: int) -> tuple[str, str]:
    if brand in _AUDIO_BRANDS:
        return "audio/mp4", ".m4a"
    if brand == b"qt  ":
        raise refused("不支持 MOV 格式的视频，请转成 MP4。", "unknown_kind")
    return ("video/mp4", ".mp4") if _has_pictures(file, size) else ("audio/mp4", ".m4a")


def _has_pictures(file: BinaryIO, size: int) -> bool:
    """Whether the file's tracks, which its `moov` box lists, hold a video. Raises FileRefused when there is none."""
    at = 0
    for _ in range(_MOST_BOXES):
        file.seek(at)
        header = file.read(16)
        if len(header) < 8:
            break
        length, box = struct.unpack(">I4s", header[:8])
        if length == 1 and len(header) == 16:
            length = struct.unpack(">Q", header[8:])[0]
        elif length == 0:
            length = size - at
        if length < 8 or at + length > size:
            break
        if box == b"moov":
            file.seek(at)
            tracks = file.read(min(length, _MAX_MOOV))
            if b"vide" in tracks:
                return True
            if b"soun" in tracks:
                return False
            break
        at += length
    raise refused("音频或视频已损坏。", "damaged")
