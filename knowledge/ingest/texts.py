"""Reads a text file of any usual encoding, and tells what a file really is whatever its name says."""

from __future__ import annotations

import codecs
import re
import unicodedata
from pathlib import Path

from knowledge.ingest.rows import FileUnreadable

# The first bytes of what people rename, and what it is called.
_KINDS = {
    b"%PDF": ("PDF 文件", (".pdf",)),
    b"PK\x03\x04": ("Office 文件或压缩包", (".xlsx", ".docx")),
    b"\xd0\xcf\x11\xe0": ("有密码的或旧格式的 Office 文件", (".xlsx", ".docx")),
    b"{\\rtf": ("RTF 文件", ()),
    b"\x89PNG": ("图片", ()),
    b"\xff\xd8\xff": ("图片", ()),
    b"GIF8": ("图片", ()),
    b"Rar!": ("压缩包", ()),
    b"7z\xbc\xaf": ("压缩包", ()),
    b"\x1f\x8b": ("压缩包", ()),
}
_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_\-]+)", re.I)
_BOMS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
# More than this share of odd characters: the bytes were never text of that encoding.
_MOST_ODD = 0.01


def check_kind(path: Path, head: bytes) -> None:
    """Refuse an empty file and one whose contents are of another kind than its ending says."""
    if not head:
        raise FileUnreadable(f"{path.name} 是空的", file=path.name)
    ending = path.suffix.lower()
    for magic, (kind, endings) in _KINDS.items():
        if head.startswith(magic) and ending not in endings:
            raise FileUnreadable(
                f"{path.name} 的内容是{kind}，与扩展名 {ending} 不符", file=path.name
            )


def read_text(path: Path, *, declared: bool = False) -> str:
    """The file's text with plain line ends. Raises FileUnreadable naming what is wrong.

    UTF-8 with or without a mark, UTF-16 with one, GB18030 (which covers GBK and GB2312); `declared`: also
    what an HTML page says of itself.
    """
    data = path.read_bytes()
    encodings = ["utf-8-sig", "gb18030"]
    if declared and (named := _CHARSET.search(data[:4096])):
        encodings.insert(1, named.group(1).decode("ascii"))
    encodings = [name for mark, name in _BOMS.items() if data.startswith(mark)] or encodings
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError as error:
            if encoding == "utf-8-sig" and _nearly_utf8(data):
                line = data.count(b"\n", 0, error.start) + 1
                raise FileUnreadable(
                    f"{path.name} 第 {line} 行有损坏的字符（不是正确的 UTF-8）",
                    file=path.name, row=line,
                ) from error  # fmt: skip
            continue
        except LookupError:
            continue
        if "\x00" in text or _is_odd(text):
            break
        return text.replace("\r\n", "\n").replace("\r", "\n")
    raise FileUnreadable(f"{path.name} 不是 UTF-8 或 GB18030 编码的文本", file=path.name)


def _nearly_utf8(data: bytes) -> bool:
    """Whether only a few bytes keep this from being UTF-8; text of another encoding breaks everywhere."""
    text = data.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    return broken * 5 < sum(not c.isascii() for c in text)


def _is_odd(text: str) -> bool:
    sample = text[:100_000]
    odd = sum(c == "\ufffd" or unicodedata.category(c) in ("Co", "Cn") for c in sample)
    return odd > len(sample) * _MOST_ODD
