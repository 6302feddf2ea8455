"""Small PDF files written by hand: lines of Chinese in two sizes, as a text program or a scanner makes them."""

from __future__ import annotations

from pathlib import Path

_FONT = (
    b"<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/UniGB-UCS2-H/DescendantFonts["
    b"<</Type/Font/Subtype/CIDFontType0/BaseFont/STSong-Light/DW 1000"
    b"/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 2>>"
    b"/FontDescriptor<</Type/FontDescriptor/FontName/STSong-Light/Flags 4/FontBBox[0 -200 1000 900]"
    b"/ItalicAngle 0/Ascent 800/Descent -200/StemV 80>>>>]>>"
)
# Of encryption only what a reader must see: a password it does not have.
_LOCK = (
    b"/Encrypt<</Filter/Standard/V 2/R 3/Length 128/P -44/O<" + b"41" * 32 + b">/U<" + b"42" * 32
    + b">>>/ID[<" + b"43" * 16 + b"><" + b"43" * 16 + b">]"
)  # fmt: skip


def pdf(path: Path, *pages: list[tuple[int, str]], locked: bool = False) -> Path:
    """A PDF of pages of (size in points, text) lines, from the top."""
    kids = " ".join(f"{4 + 2 * i} 0 R" for i in range(len(pages)))
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        f"<</Type/Pages/Kids[{kids}]/Count {len(pages)}>>".encode(),
        _FONT,
    ]
    for i, lines in enumerate(pages):
        objects.append(
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents {5 + 2 * i} 0 R"
            "/Resources<</Font<</F 3 0 R>>>>>>".encode()
        )
        drawn = "".join(
            f"BT /F {size} Tf 60 {760 - 34 * row} Td <{text.encode('utf-16-be').hex()}> Tj ET\n"
            for row, (size, text) in enumerate(lines)
        ).encode()
        objects.append(b"<</Length %d>>\nstream\n%s\nendstream" % (len(drawn), drawn))
    data, offsets = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(data)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    data += b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(objects) + 1, table)
    data += b"trailer\n<</Size %d/Root 1 0 R%s>>\n" % (len(objects) + 1, _LOCK if locked else b"")
    path.write_bytes(data + b"startxref\n%d\n%%%%EOF\n" % start)
    return path
