"""What an uploaded file is, told from its bytes alone, and pictures written anew. Pure; used by attachments of
articles and of conversations."""

from __future__ import annotations

import io
import re
import unicodedata
import warnings
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import BinaryIO

from PIL import Image, ImageOps, UnidentifiedImageError

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
_OFFICE = {
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
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_UNSAFE = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*\u202a-\u202e\u2066-\u2069]+')


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
    """`width` and `height` in pixels, as it is kept."""

    width: int
    height: int


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
    try:
        with zipfile.ZipFile(file) as archive:
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
    for member, kind in _OFFICE.items():
        if member in members:
            return kind
    raise unknown_kind()


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
            # Its own limit only warns; ours is checked before anything is unpacked.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(file, formats=_PICTURES) as opened:
                form = "JPEG" if opened.format == "JPEG" else "PNG"
                pixels = opened.width * opened.height
                if pixels > (MAX_PIXELS if form == "JPEG" else max_pixels):
                    raise _too_many_pixels()
                if max(opened.size) > MAX_SIDE:
                    opened.draft(None, (MAX_SIDE, MAX_SIDE))
                ImageOps.exif_transpose(opened, in_place=True)
                fresh = _flat(opened, with_alpha=form == "PNG")
    except UnidentifiedImageError:
        raise unknown_kind() from None
    except Image.DecompressionBombError:
        raise _too_many_pixels() from None
    except (OSError, SyntaxError, ValueError, EOFError, IndexError):
        # Pillow shows a damaged picture as whatever went wrong first.
        raise refused("图片已损坏。", "damaged") from None
    out = io.BytesIO()
    if form == "JPEG":
        fresh.save(out, "JPEG", quality=88, optimize=True)
    else:
        fresh.save(out, "PNG", optimize=True)
    ending = ".jpg" if form == "JPEG" else ".png"
    return Picture(
        safe_name(name, ending), f"image/{form.lower()}", out.getvalue(), fresh.width, fresh.height
    )


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
