"""What is taken as an attachment is decided by its bytes; pictures come out without anything but their pixels."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from core import filetypes
from core.filetypes import MAX_PICTURE_BYTES, MAX_SIDE, FileRefused, check, safe_name

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def picture(
    form: str = "JPEG",
    size: tuple[int, int] = (40, 30),
    mode: str = "RGB",
    **options: object,
) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, "red" if mode == "RGB" else (255, 0, 0, 128)).save(out, form, **options)
    return out.getvalue()


def part(name: str) -> zipfile.ZipInfo:
    """Without the time of day: the same bytes name the same test in every process that collects it."""
    return zipfile.ZipInfo(name)


def archive(*members: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        for member in members:
            file.writestr(part(member), "x")
    return out.getvalue()


def renamed_macros() -> bytes:
    """A program in a workbook under a harmless name; only the list of parts tells what it is."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr(part("xl/workbook.xml"), "x")
        file.writestr(part("xl/data.bin"), "x")
        kind = "application/vnd.ms-office.vbaProject"
        file.writestr(
            part("[Content_Types].xml"), f'<Override PartName="/xl/data.bin" ContentType="{kind}"/>'
        )
    return out.getvalue()


def packed(size: int) -> bytes:
    """A document of a few kilobytes that unpacks to `size` bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr(part("word/document.xml"), bytes(size), zipfile.ZIP_DEFLATED)
    return out.getvalue()


def strangely_packed(method: int, *, damaged: bool = False) -> bytes:
    """A document whose list of parts no office program packs so."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as file:
        file.writestr("[Content_Types].xml", "<Types/>" * 40)
        file.writestr("word/document.xml", "x")
    data = bytearray(out.getvalue())
    if damaged:
        data[52:72] = b"\xff" * 20
    return bytes(data)


def with_larger_list() -> bytes:
    """A document whose list of parts is said to be in the larger form, which has no limits."""
    whole = archive("word/document.xml")
    end = whole.rfind(b"PK\x05\x06")
    return whole[:end] + b"PK\x06\x07" + bytes(16) + whole[end:]


def noise(form: str, size: tuple[int, int] = (900, 700)) -> bytes:
    """As a camera's picture: it does not pack well."""
    out = io.BytesIO()
    Image.effect_noise(size, 80).convert("RGB").save(out, form)
    return out.getvalue()


def claims(width: int, height: int) -> bytes:
    """A PNG of a hundred bytes that claims to be so large when unpacked."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    pixels = zlib.compress(b"\0" * 9)
    chunks = chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunks


def with_place() -> bytes:
    """A photo taken sideways that tells where."""
    exif = Image.Exif()
    exif[0x0112] = 6  # turn right to look at it
    exif[0x010F] = "maker"
    exif.get_ifd(0x8825)[2] = (30.0, 15.0, 50.0)  # latitude
    return picture(exif=exif)


@pytest.mark.parametrize(
    ("data", "media_type", "ending"),
    [
        (picture("JPEG"), "image/jpeg", ".jpg"),
        (picture("PNG"), "image/png", ".png"),
        (picture("WEBP"), "image/png", ".png"),
        (picture("GIF"), "image/png", ".png"),
        (b"%PDF-1.7 ...", "application/pdf", ".pdf"),
        (archive("word/document.xml"), DOCX, ".docx"),
        (archive("OFD.xml"), "application/ofd", ".ofd"),
    ],
)  # fmt: skip
def test_a_file_is_what_its_bytes_are_whatever_it_is_called(
    data: bytes, media_type: str, ending: str
) -> None:
    kept = check("申请表.exe", data)
    assert (kept.media_type, kept.name) == (media_type, f"申请表.exe{ending}")


def test_a_photo_keeps_its_pixels_and_loses_where_it_was_taken() -> None:
    raw = with_place()
    assert b"maker" in raw
    kept = check("a.jpg", raw)
    with Image.open(io.BytesIO(kept.data)) as fresh:
        assert fresh.size == (30, 40), "turned the way it is to be looked at"
        assert dict(fresh.getexif()) == {}
        assert "exif" not in fresh.info
    assert b"maker" not in kept.data


def test_texts_hidden_in_a_picture_stay_behind() -> None:
    notes = PngInfo()
    notes.add_text("comment", "<script>alert(1)</script>", zip=False)
    raw = picture("PNG", pnginfo=notes) + b"<script>after the end</script>"
    assert b"script" in raw
    assert b"script" not in check("a.png", raw).data


def test_transparency_stays() -> None:
    kept = check("a.png", picture("PNG", mode="RGBA"))
    with Image.open(io.BytesIO(kept.data)) as fresh:
        assert fresh.getpixel((0, 0)) == (255, 0, 0, 128)


def test_a_large_picture_is_made_smaller() -> None:
    kept = check("a.png", picture("PNG", (MAX_SIDE * 2, 100)))
    with Image.open(io.BytesIO(kept.data)) as fresh:
        assert fresh.size == (MAX_SIDE, 50)


def test_a_picture_from_a_camera_has_a_small_one_beside_it() -> None:
    kept = filetypes.picture("a.png", io.BytesIO(noise("PNG")), size=1)
    assert kept.small is not None
    with Image.open(io.BytesIO(kept.small)) as small:
        assert (small.format, small.size) == ("WEBP", (480, 373))
        assert dict(small.getexif()) == {}
    assert len(kept.small) < len(kept.data) / 4


def test_a_small_picture_is_small_enough() -> None:
    raw = noise("JPEG", (60, 60))
    assert filetypes.picture("a.jpg", io.BytesIO(raw), size=len(raw)).small is None


def test_a_photo_taken_sideways_is_small_the_right_way_round() -> None:
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.effect_noise((900, 700), 80).convert("RGB").save(out, "JPEG", exif=exif)
    kept = filetypes.picture("a.jpg", out, size=1)
    assert kept.small is not None
    with Image.open(io.BytesIO(kept.small)) as small:
        assert small.width < small.height


def test_what_a_camera_writes_wrong_beside_a_photo_hardly_ever_matters() -> None:
    """A photo or a refusal; the few refused are those that Pillow does not know any more."""
    exif = Image.Exif()
    exif[0x0112], exif[0x011A], exif[0x0128] = 6, 72.0, 2
    data = picture("JPEG", exif=exif)
    taken, refused = 0, set()
    for at in range(data.index(b"Exif") + 6, data.index(b"\xff\xdb")):
        for value in (0, 1, 2, 4, 13, 255):
            try:
                check("a.jpg", data[:at] + bytes([value]) + data[at + 1 :])
                taken += 1
            except FileRefused:
                refused.add(at)
    assert taken > 300
    assert len(refused) <= 2


def test_a_paper_that_packs_well_is_no_bomb() -> None:
    assert check("a.docx", packed(9 * 1024 * 1024)).media_type == DOCX


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (SVG, "unknown_kind"),
        (b'<?xml version="1.0"?>' + SVG, "unknown_kind"),
        (b"<html><script>alert(1)</script></html>", "unknown_kind"),
        (b"MZ\x90\x00" + bytes(500), "unknown_kind"),
        (b"just text", "unknown_kind"),
        (b"\xff\xfe" * 50, "unknown_kind"),
        (archive("a.txt"), "unknown_kind"),
        (archive("word/document.xml", "word/vbaProject.bin"), "macros"),
        (archive("xl/workbook.xml", "xl/macrosheets/sheet1.xml"), "macros"),
        (renamed_macros(), "macros"),
        pytest.param(strangely_packed(zipfile.ZIP_BZIP2, damaged=True), "damaged", id="bzip2"),
        pytest.param(strangely_packed(zipfile.ZIP_LZMA, damaged=True), "damaged", id="lzma"),
        pytest.param(strangely_packed(zipfile.ZIP_LZMA), "damaged", id="strange, whole"),
        (archive("word/document.xml")[:-30], "damaged"),
        (archive("word/document.xml")[:60], "damaged"),
        pytest.param(packed(20 * 1024 * 1024), "unpacks_too_large", id="packs well"),
        pytest.param(
            archive(*(f"word/{n:090}.xml" for n in range(8000))),
            "unpacks_too_large",
            id="long list",
        ),
        (with_larger_list(), "unpacks_too_large"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500), "old_office"),
        (picture("PNG", (400, 300))[:100], "damaged"),
        (picture("JPEG")[:120], "damaged"),
        (claims(100_000, 100_000), "too_many_pixels"),
        (claims(9_000, 9_000), "too_many_pixels"),
        (claims(0, 5), "unknown_kind"),
        pytest.param(picture("PNG") + bytes(MAX_PICTURE_BYTES), "too_large", id="large picture"),
        (picture("BMP"), "unknown_kind"),
        (picture("TIFF"), "unknown_kind"),
    ],
)
def test_what_is_no_picture_or_document_is_refused_with_the_reason(
    data: bytes, reason: str
) -> None:
    with pytest.raises(FileRefused) as caught:
        check("harmless.png", data)
    assert caught.value.details == {"field": "file", "reason": reason}


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../etc/passwd", "passwd.png"),
        ("C:\\Windows\\win.ini", "win.ini.png"),
        ("图一.PNG", "图一.png"),
        ("图 一.jpeg", "图 一.png"),
        ("a\r\nset-cookie: x.png", "a set-cookie  x.png"),
        ('"><img src=x onerror=alert(1)>.png', "img src=x onerror=alert(1).png"),
        ("gpj\u202e.png", "gpj.png"),
        ("\u200fa\u061cb\u200ec\u200b.png", "a b c.png"),
        ("", "附件.png"),
        ("...", "附件.png"),
        (".png", "附件.png"),
        ("字" * 300, "字" * 100 + ".png"),
        ("\ud800.png", "附件.png"),
    ],
)
def test_a_senders_name_becomes_a_harmless_one(name: str, safe: str) -> None:
    assert safe_name(name, ".png") == safe
