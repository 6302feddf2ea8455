"""What an uploaded file is, told from its bytes alone, and pictures written anew. Pure; used by attachments of
articles and of conversations."""

from __future__ import annotations

import io
import re
import struct
import unicodedata
import warnings
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import BinaryIO

from PIL import Image, UnidentifiedImageError

from core.errors import InvalidInput

MAX_FILE_BYTES = 20 * 1024 * 1024
MAX_PICTURE_BYTES = 10 * 1024 * 1024
# A phone's picture has 12 to 50 million; a "bomb" of a few kilobytes claims thousands of millions.
MAX_PIXELS = 60_000_000
# Larger ones are made smaller: no screen of a citizen shows more.
MAX_SIDE = 2560
MAX_NAME = 100
PDF = "application/pdf"
# Member every document of the kind has, and what it is called.
OFFICE = {
    "word/document.xml": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", ".docx"),
    "xl/workbook.xml": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ".xlsx"),
    "ppt/presentation.xml": ("application/vnd.openxmlformats-officedocument.presentationml.presentation", ".pptx"),
    "OFD.xml": ("application/ofd", ".ofd"),
}  # fmt: skip
# What office programs run: VBA, and the macro sheets of old, under any name. The list of parts tells.
_MACROS = re.compile(r"(?:^|/)(?:vbaproject\.bin$|macrosheets/)", re.IGNORECASE)
_TYPES = "[Content_Types].xml"
_MAX_TYPES = 1024 * 1024
_MACRO_TYPES = re.compile(rb"vbaproject|macroenabled|macrosheet", re.IGNORECASE)
_PICTURES = ("PNG", "JPEG", "WEBP", "GIF")
# A long paper with hundreds of pictures has a thousand parts, which take a hundred bytes of the list each.
_MAX_LIST = 1024 * 1024
# Text packs to a twentieth; a "bomb" of 100 KB unpacks to gigabytes on the desk of whoever opens it.
_MAX_UNPACKED, _MAX_RATIO = 300 * 1024 * 1024, 200
_SMALL_ARCHIVE = 10 * 1024 * 1024
# The end of the list, which stands at the end of a ZIP file, before a comment of at most 64 KB.
_END = struct.Struct("<4s4H2LH")
_END_MARK, _END64_MARK, _LONGEST_COMMENT = b"PK\x05\x06", b"PK\x06\x07", 65_535
_END64_SIZE = 20
# What lists of pictures show: twice what a phone's window is wide.
SMALL_SIDE = 480
# Below it a second file is not worth its while.
SMALL_ENOUGH = 48 * 1024
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# Beside what folders do not take, marks that nobody sees or that turn a name round.
_UNSAFE = re.compile(
    r'[\x00-\x1f\x7f<>:"/\\|?*\u061c\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]+'
)
# How a camera says that it was held, in EXIF's Orientation.
_ORIENTATION = 0x0112
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180, 4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE, 6: Image.Transpose.ROTATE_270, 7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}  # fmt: skip
# Pillow shows a damaged picture as whatever went wrong first.
_DAMAGED = (
    ArithmeticError, AttributeError, EOFError, LookupError, OSError, SyntaxError, TypeError, ValueError,
    struct.error, zlib.error,
)  # fmt: skip
# What office programs pack with; other ways have errors of their own.
_PACKED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


class FileRefused(InvalidInput):
    """The file is of a kind, or in a state, that is not taken. Details: `field`, `reason`."""

    code, default_message = "file_refused", "不能上传这种文件。"


@dataclass(frozen=True)
class Checked:
    """A file fit to be kept. `name` is safe in a header and in a folder, and ends as its content does."""

    name: str
    media_type: str
    data: bytes


@dataclass(frozen=True)
class Picture(Checked):
    """`width` and `height` in pixels, as it is kept. `small`: as WebP for lists, None where it is small itself."""

    width: int
    height: int
    small: bytes | None = None


def check(name: str, data: bytes) -> Checked:
    """The file as it will be kept; CPU work for a picture, so call it in a thread. Raises FileRefused."""
    file = io.BytesIO(data)
    kind = document(file)
    if kind is not None:
        media_type, ending = kind
        return Checked(safe_name(name, ending), media_type, data)
    return picture(name, file, size=len(data))


def document(file: BinaryIO) -> tuple[str, str] | None:
    """Media type and ending of a document that may be kept, None when it is something else. Raises FileRefused."""
    file.seek(0)
    head = file.read(len(_OLD_OFFICE))
    if head.startswith(b"%PDF-"):
        return PDF, ".pdf"
    if head.startswith(b"PK\x03\x04"):
        return _zipped(file)
    if head == _OLD_OFFICE:
        raise refused(
            "旧格式或加密的 Office 文件不能上传，请另存为 docx、xlsx、pptx 或 PDF。", "old_office"
        )
    return None


def safe_name(name: str, ending: str) -> str:
    """The last part of a sender's name without what could harm, with the ending of what the file really is."""
    last = PurePosixPath(name.replace("\\", "/")).name
    plain = _UNSAFE.sub(" ", last)
    stem = "".join(c for c in plain if unicodedata.category(c) not in ("Cc", "Cs", "Co", "Cn"))
    if stem.lower().endswith((ending, ".jpeg")):
        stem = stem.rpartition(".")[0]
    return f"{stem[:MAX_NAME].strip(' .') or '附件'}{ending}"


def _zipped(file: BinaryIO) -> tuple[str, str]:
    _check_list(file)
    try:
        with zipfile.ZipFile(file) as archive:
            _check_unpacked(archive)
            members = set(archive.namelist())
            types = _beginning(archive, _TYPES) if _TYPES in members else b""
    except (
        zipfile.BadZipFile,
        ValueError,
        NotImplementedError,
        EOFError,
        RuntimeError,
        zlib.error,
    ):
        raise refused("文件已损坏。", "damaged") from None
    if any(_MACROS.search(member) for member in members) or _MACRO_TYPES.search(types):
        raise refused("带宏的文件不能上传。", "macros")
    for member, kind in OFFICE.items():
        if member in members:
            return kind
    raise unknown_kind()


def _check_list(file: BinaryIO) -> None:
    """Before the list of parts is read: a false one of twenty megabytes would take half a gigabyte of memory."""
    size = file.seek(0, io.SEEK_END)
    file.seek(max(0, size - _END.size - _LONGEST_COMMENT - _END64_SIZE))
    tail = file.read()
    at = tail.rfind(_END_MARK)
    if at < 0 or len(tail) - at < _END.size:
        raise refused("文件已损坏。", "damaged")
    listed = _END.unpack_from(tail, at)[5]
    # The larger form of the list has limits of its own; no paper of this size needs it.
    if listed > _MAX_LIST or tail[max(0, at - _END64_SIZE) : at].startswith(_END64_MARK):
        raise _bomb()


def _check_unpacked(archive: zipfile.ZipFile) -> None:
    """What the parts say they unpack to; one that says less is cut off there by every reader."""
    if any(part.compress_type not in _PACKED for part in archive.infolist()):
        raise refused("文件已损坏。", "damaged")
    unpacked = sum(part.file_size for part in archive.infolist())
    packed = sum(part.compress_size for part in archive.infolist())
    too_dense = unpacked > _SMALL_ARCHIVE and unpacked > _MAX_RATIO * max(1, packed)
    if unpacked > _MAX_UNPACKED or too_dense:
        raise _bomb()


def _bomb() -> FileRefused:
    return refused("文件解压后太大，不能发送。", "unpacks_too_large")


def _beginning(archive: zipfile.ZipFile, member: str) -> bytes:
    """Of a member no more than an honest one has."""
    with archive.open(member) as file:
        return file.read(_MAX_TYPES)


def picture(name: str, file: BinaryIO, *, size: int, max_pixels: int = MAX_PIXELS) -> Picture:
    """Decoded and written anew: place, camera and whatever else hides in a picture stay behind.

    `max_pixels` is for pictures that must be unpacked whole; a JPEG is read at the size it will have. Raises
    FileRefused.
    """
    if size > MAX_PICTURE_BYTES:
        raise refused(f"图片超过 {MAX_PICTURE_BYTES // 1024 // 1024} MB。", "too_large")
    file.seek(0)
    try:
        with warnings.catch_warnings():
            # Its own limit only warns, as it does of a camera's mistakes; ours is checked before anything is unpacked.
            warnings.simplefilter("ignore")
            with Image.open(file, formats=_PICTURES) as opened:
                form = "JPEG" if opened.format == "JPEG" else "PNG"
                pixels = opened.width * opened.height
                if pixels > (MAX_PIXELS if form == "JPEG" else max_pixels):
                    raise _too_many_pixels()
                if max(opened.size) > MAX_SIDE:
                    opened.draft(None, (MAX_SIDE, MAX_SIDE))
                fresh = _flat(_upright(opened), with_alpha=form == "PNG")
    except UnidentifiedImageError:
        raise unknown_kind() from None
    except Image.DecompressionBombError:
        raise _too_many_pixels() from None
    except _DAMAGED:
        raise refused("图片已损坏。", "damaged") from None
    out = io.BytesIO()
    if form == "JPEG":
        fresh.save(out, "JPEG", quality=88, optimize=True)
    else:
        fresh.save(out, "PNG", optimize=True)
    ending = ".jpg" if form == "JPEG" else ".png"
    data = out.getvalue()
    small = _small(fresh) if len(data) > SMALL_ENOUGH else None
    return Picture(
        safe_name(name, ending), f"image/{form.lower()}", data, fresh.width, fresh.height, small
    )


def _small(picture: Image.Image) -> bytes:
    """The picture for lists, as WebP: it knows transparency, and every browser of the last years knows it."""
    shown = picture.copy()
    shown.thumbnail((SMALL_SIDE, SMALL_SIDE))
    out = io.BytesIO()
    shown.save(out, "WEBP", quality=75)
    return out.getvalue()


def _upright(picture: Image.Image) -> Image.Image:
    """As the camera was held. What a note beside the pixels says wrong does not make the picture a bad one."""
    try:
        turn = _UPRIGHT.get(picture.getexif().get(_ORIENTATION, 1))
    except _DAMAGED:
        return picture
    return picture if turn is None else picture.transpose(turn)


def _flat(picture: Image.Image, *, with_alpha: bool) -> Image.Image:
    """Only the pixels: a new image carries no metadata, colour profile or further frames along."""
    mode = "RGBA" if with_alpha and picture.has_transparency_data else "RGB"
    plain = picture if picture.mode == mode else picture.convert(mode)
    plain.thumbnail((MAX_SIDE, MAX_SIDE))
    fresh = Image.new(mode, plain.size)
    fresh.paste(plain)
    return fresh


def _too_many_pixels() -> FileRefused:
    return refused("图片的尺寸太大。", "too_many_pixels")


def unknown_kind() -> FileRefused:
    return refused(
        "只能上传图片（PNG、JPEG、WebP、GIF）、PDF、OFD 和 docx、xlsx、pptx。", "unknown_kind"
    )


def refused(message: str, reason: str) -> FileRefused:
    return FileRefused(message, field="file", reason=reason)
