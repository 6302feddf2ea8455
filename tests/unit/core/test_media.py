"""What a file of a conversation is, is told from its bytes; who says otherwise is refused."""

from __future__ import annotations

import io
import struct

import pytest
from PIL import Image

from core.filetypes import MAX_SIDE, FileRefused
from core.media import MAX_PIXELS, Examined, examine
from tests.unit.core.test_filetypes import SVG, archive, claims, picture, with_place

PDF = b"%PDF-1.7 text"


def webm(*codecs: bytes) -> bytes:
    return b"\x1a\x45\xdf\xa3\x9f\x42\x82\x84webm" + b"\0" * 40 + b"".join(codecs) + b"\0" * 100


def box(kind: bytes, content: bytes = b"") -> bytes:
    return struct.pack(">I4s", 8 + len(content), kind) + content


def mp4(*handlers: bytes, brand: bytes = b"isom", front: bool = True) -> bytes:
    moov = box(b"moov", b"".join(box(b"hdlr", b"\0" * 8 + each) for each in handlers))
    data = box(b"mdat", b"\0" * 5000)
    return box(b"ftyp", brand + b"\0" * 8) + (moov + data if front else data + moov)


def examined(data: bytes, name: str = "a", claimed: str = "") -> Examined:
    return examine(name, claimed, io.BytesIO(data), len(data))


def reason(data: bytes, name: str = "a", claimed: str = "") -> str:
    with pytest.raises(FileRefused) as caught:
        examined(data, name, claimed)
    return str(caught.value.details["reason"])


@pytest.mark.parametrize(
    ("data", "kind", "media_type", "ending"),
    [
        (picture("PNG"), "image", "image/png", ".png"),
        (picture("WEBP"), "image", "image/png", ".png"),
        (picture("JPEG"), "image", "image/jpeg", ".jpg"),
        (PDF, "file", "application/pdf", ".pdf"),
        (webm(b"A_OPUS"), "voice", "audio/webm", ".webm"),
        (webm(b"A_OPUS", b"V_VP9"), "video", "video/webm", ".webm"),
        (mp4(b"soun", b"vide"), "video", "video/mp4", ".mp4"),
        (mp4(b"vide", front=False), "video", "video/mp4", ".mp4"),
        (mp4(b"soun"), "voice", "audio/mp4", ".m4a"),
        (mp4(b"soun", brand=b"M4A "), "voice", "audio/mp4", ".m4a"),
        (b"OggS" + b"\0" * 80, "voice", "audio/ogg", ".ogg"),
        (b"#!AMR\n" + b"\0" * 80, "voice", "audio/amr", ".amr"),
        (b"RIFF\0\0\0\0WAVE" + b"\0" * 80, "voice", "audio/wav", ".wav"),
        (b"ID3\x03" + b"\0" * 80, "voice", "audio/mpeg", ".mp3"),
        (b"\xff\xfb\x90\x00" + b"\0" * 80, "voice", "audio/mpeg", ".mp3"),
    ],
)  # fmt: skip
def test_a_file_is_what_its_bytes_say(data: bytes, kind: str, media_type: str, ending: str) -> None:
    found = examined(data)
    assert (found.kind, found.media_type, found.name) == (kind, media_type, f"a{ending}")


def test_a_picture_comes_out_without_what_hides_in_it_and_says_its_size() -> None:
    found = examined(with_place(), "照片.jpg", "image/jpeg")
    assert found.data is not None
    with Image.open(io.BytesIO(found.data)) as fresh:
        assert not fresh.getexif()
        assert fresh.size == (found.width, found.height)


def test_a_large_photo_is_made_smaller() -> None:
    found = examined(picture("JPEG", (6000, 4000)), "a.jpg")
    assert max(found.width or 0, found.height or 0) == MAX_SIDE


@pytest.mark.parametrize(
    ("name", "claimed"),
    [
        ("report.pdf", "image/png"),
        ("photo.png", ""),
        ("photo.png", "application/octet-stream"),
        ("song.mp3", "audio/mpeg"),
        ("run.exe", "application/octet-stream"),
        ("page.html", "text/html"),
        ("book.docx", ""),
    ],
)
def test_a_claim_that_lies_is_refused(name: str, claimed: str) -> None:
    assert reason(PDF, name, claimed) == "type_mismatch"


@pytest.mark.parametrize(
    ("data", "name", "claimed"),
    [
        (picture("PNG"), "a.jpg", "image/jpeg"),  # browsers save a picture under another's name
        (webm(b"A_OPUS"), "语音.webm", "audio/webm;codecs=opus"),
        (webm(b"A_OPUS"), "语音.webm", "video/webm"),
        (PDF, "没有后缀", "application/octet-stream"),
        (PDF, "a.pdf", ""),
    ],
)
def test_an_honest_mistake_is_none(data: bytes, name: str, claimed: str) -> None:
    examined(data, name, claimed)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (SVG, "unknown_kind"),
        (b"<html><script>alert(1)</script>", "unknown_kind"),
        (b"MZ\x90\x00" + b"\0" * 200, "unknown_kind"),
        (archive("a.txt"), "unknown_kind"),
        (b"\x1a\x45\xdf\xa3 matroska " + b"V_MPEG4", "unknown_kind"),
        (webm(), "unknown_kind"),
        (mp4(brand=b"qt  "), "unknown_kind"),
        (mp4(), "damaged"),
        (box(b"ftyp", b"isom") + b"\xff\xff\xff\xffmoov", "damaged"),
        (box(b"ftyp", b"isom") + struct.pack(">I4sQ", 1, b"mdat", 2**63), "damaged"),
        (claims(50_000, 50_000), "too_many_pixels"),
        (claims(4100, MAX_PIXELS // 4000), "too_many_pixels"),
        (picture("PNG")[:60], "damaged"),
    ],
)
def test_what_is_hostile_damaged_or_unknown_is_refused(data: bytes, expected: str) -> None:
    assert reason(data) == expected


def test_a_path_in_the_name_stays_outside() -> None:
    assert examined(PDF, "../../etc/pass wd\x00.pdf").name == "pass wd.pdf"
    assert examined(PDF, r"C:\temp\表 一.pdf").name == "表 一.pdf"
    assert examined(PDF, "\u202eexe.pdf").name == "exe.pdf"
