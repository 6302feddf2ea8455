"""Turns a PDF's text into the Markdown lines that documents.py reads: headings are told by their size and weight."""

from __future__ import annotations

import logging
import re
import statistics
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from knowledge.ingest import documents, faq
from knowledge.ingest.rows import FileUnreadable, RawRow

MAX_PAGES = 1000
# So much larger than the body, a line is a heading; printers round sizes.
LARGER = 1.08
# A page of text has hundreds of characters; a scanned one a page number at most.
LEAST_CHARACTERS_A_PAGE = 12
_UNREADABLE = re.compile(r"\(cid:\d+\)|\ufffd")
_PAGE_NUMBER = re.compile(r"[-—－第\s]*\d{1,4}\s*(?:[/／共页\-—－\s]*\d{0,4}[\s页\-—－]*)")
_ENDS = tuple("。！？；：:;.!?")
_ITEM = re.compile(r"(?:[-•·●○■◆▪*]|[（(]?[0-9一二三四五六七八九十]{1,3}[）)、.．])\s*(.*)")
# PDF writers give some characters as radicals, which look the same and are found by nobody. NFKC knows the
# Kangxi ones; of the supplement those that stand for whole characters.
_RADICALS = dict(
    zip(
        "⺁⺇⺌⺎⺒⺓⺟⺠⺩⺬⻁⻄⻅⻆⻉⻊⻋⻌⻏⻑⻓⻔⻖⻗⻘⻙⻚⻛⻜⻝⻢⻣⻤⻥⻦⻧⻨⻩⻬⻮⻰⻳⼾",
        "厂几小兀巳幺母民王示虎西见角贝足车辶阝長长门阝雨青韦页风飞食马骨鬼鱼鸟卤麦黄齐齿龙龟户",
        strict=True,
    )
)
_RADICAL = re.compile(f"[\u2f00-\u2fd5{''.join(_RADICALS)}]")
# A row of a table that is set in bold.
_CELLS = re.compile(r"[\u3400-\u9fff] [\u3400-\u9fff]")
_BULLET = re.compile(r"[•·●○■◆▪]\s*")


@dataclass(frozen=True)
class Piece:
    """One printed line. `top` and `right` are shares of the page's height and width, 0..1."""

    page: int
    text: str
    size: float
    bold: bool
    top: float
    right: float


def rows(path: Path) -> Iterator[RawRow]:
    """The articles of a PDF; their number is that of the page. Raises FileUnreadable."""
    return documents.sections(lines(path.name, pieces(path)))


def pieces(path: Path) -> list[Piece]:
    """The printed lines in reading order. Raises FileUnreadable for what is locked, broken or scanned."""
    # Here, as only this reader needs it.
    from pdfminer.high_level import extract_pages
    from pdfminer.layout import LAParams, LTChar, LTTextContainer, LTTextLine
    from pdfminer.pdfdocument import PDFPasswordIncorrect, PDFTextExtractionNotAllowed
    from pdfminer.pdfexceptions import PDFException
    from pdfminer.psexceptions import PSException

    logging.getLogger("pdfminer").setLevel(logging.ERROR)
    found: list[Piece] = []
    pages = 0
    try:
        for page in extract_pages(path, maxpages=MAX_PAGES + 1, laparams=LAParams(boxes_flow=None)):
            pages += 1
            for box in page:
                for line in box if isinstance(box, LTTextContainer) else ():
                    if not isinstance(line, LTTextLine):
                        continue
                    letters = [c for c in line if isinstance(c, LTChar) and c.get_text().strip()]
                    if letters:
                        found.append(_piece(page, line, letters))
    except (PDFPasswordIncorrect, PDFTextExtractionNotAllowed) as error:
        raise FileUnreadable(f"{path.name} 有密码，请另存为无密码的 PDF", file=path.name) from error
    except (
        PDFException, PSException, ValueError, TypeError, KeyError, IndexError, AttributeError,
        AssertionError, RecursionError, OSError, ArithmeticError,
    ) as error:  # fmt: skip
        # pdfminer shows a damaged inside as whatever went wrong first.
        raise FileUnreadable(f"{path.name} 已损坏，打不开", file=path.name) from error
    _require_text(path.name, found, pages)
    return found


def _piece(page: Any, line: Any, letters: list[Any]) -> Piece:
    bold = sum("bold" in c.fontname.lower() or "heiti" in c.fontname.lower() for c in letters)
    height, width = page.height or 1, page.width or 1
    return Piece(
        page=page.pageid,
        text=_RADICAL.sub(_whole, " ".join(line.get_text().split())),
        size=round(statistics.median(c.size for c in letters), 1),
        bold=bold * 2 > len(letters),
        top=1 - line.y1 / height,
        right=line.x1 / width,
    )


def _whole(radical: re.Match[str]) -> str:
    character = radical.group()
    return _RADICALS.get(character) or unicodedata.normalize("NFKC", character)


def _require_text(name: str, found: list[Piece], pages: int) -> None:
    if pages > MAX_PAGES:
        raise FileUnreadable(f"{name} 超过 {MAX_PAGES} 页，请分成几个文件", file=name)
    text = "".join(p.text for p in found)
    if pages == 0:
        raise FileUnreadable(f"{name} 没有页面", file=name)
    if len(text) < LEAST_CHARACTERS_A_PAGE * pages:
        raise FileUnreadable(
            f"{name} 里没有文字，可能是扫描件；请先做文字识别，或改用 Word 文件", file=name
        )
    if len(_UNREADABLE.findall(text)) * 10 > len(text):
        raise FileUnreadable(
            f"{name} 的文字读不出来（字体没有编码表）；请改用 Word 文件", file=name
        )


def lines(name: str, found: list[Piece]) -> list[documents.Line]:
    """Numbered Markdown lines: page headers and numbers dropped, broken lines joined, headings marked."""
    kept = _without_margins(found)
    sizes: Counter[float] = Counter()
    for piece in kept:
        sizes[piece.size] += len(piece.text)
    body = sizes.most_common(1)[0][0] if sizes else 0.0
    bold_body = sum(len(p.text) for p in kept if p.bold) * 2 > sum(len(p.text) for p in kept)
    larger = sorted({p.size for p in kept if p.size > body * LARGER}, reverse=True)[:4]
    rights = sorted(p.right for p in kept)
    # Among many lines a few may stick out.
    margin = rights[-1 - len(rights) // 40] if rights else 1.0
    result: list[documents.Line] = []
    last: tuple[Piece, int] | None = None
    for piece in kept:
        level = larger.index(piece.size) + 1 if piece.size in larger else 0
        stands_out = piece.bold and not bold_body and not _CELLS.search(piece.text)
        if not level and stands_out and len(piece.text) <= 60:
            level = 5
        if last and last[1] == level and _continues(last[0], piece, level, margin):
            result[-1] = (result[-1][0], result[-1][1] + _joined(result[-1][1], piece.text))
        elif level:
            result += [(piece.page, ""), (piece.page, f"{'#' * level} {piece.text}")]
        else:
            text = (
                _BULLET.sub("- ", piece.text, count=1) if _BULLET.match(piece.text) else piece.text
            )
            plain = documents.escape(text)
            if not (plain.startswith("- ") and result and result[-1][1].startswith("- ")):
                result.append((piece.page, ""))
            result.append((piece.page, plain))
        last = (piece, level)
    return result


def _continues(before: Piece, piece: Piece, level: int, margin: float) -> bool:
    """Whether a printed line only goes on because the one before had no more room."""
    full = before.right >= margin - 0.06
    if level:
        return full and not before.text.endswith(("？", "?"))
    if before.text.endswith(_ENDS) and not full:
        return False
    starts_anew = _ITEM.match(piece.text) or faq.starts_question(piece.text)
    return full and not starts_anew


def _joined(before: str, text: str) -> str:
    latin = before[-1:].isascii() and before[-1:].isalnum() and text[:1].isascii()
    return f" {text}" if latin else text


def _without_margins(found: list[Piece]) -> list[Piece]:
    """Without page numbers and without what stands at the edge of three pages or more."""
    edges = Counter((p.text, round(p.top, 2)) for p in found if p.top < 0.1 or p.top > 0.9)
    return [
        p
        for p in found
        if not (p.top < 0.1 or p.top > 0.9)
        or not (_PAGE_NUMBER.fullmatch(p.text) or edges[p.text, round(p.top, 2)] >= 3)
    ]
