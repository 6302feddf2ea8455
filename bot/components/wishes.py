"""Several wishes in one message: 帮我查下余额，再约个号. Where to cut, and which pieces are wishes of their own.

Pure, standard library only; classifier.py asks for the intent of each piece. Precision comes first: a story with
one question, or a reason before a wish, stays one message, for a wish too many opens a task nobody asked for,
a wish too few is only asked again.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import List, Sequence, Tuple

SHORTEST_MESSAGE = 9
SHORTEST_PIECE = 3
# More pieces than this are a story.
MOST_PIECES = 8
MOST_WISHES = 4

# People and what the bot does by itself. Everything else in a message is its reason, its tone or an answer.
TASKS = frozenset(
    {
        "request_human", "calculate_loan", "plan_repayment", "compare_prepayment", "check_withdrawal",
        "query_balance", "query_records", "query_loan_progress", "query_withdrawal_progress",
        "transfer_account", "calculate_retirement", "estimate_pension", "check_unemployment",
        "estimate_flexible", "book_appointment", "cancel_appointment", "find_service_hall",
        "file_complaint", "query_ticket",
    }
)  # fmt: skip
QUESTION_PREFIX = "ask_"

# What opens a further wish behind a comma or a space; the first also in the middle of a sentence, where the second
# would only join two nouns: 养老金还有丧葬费.
_MOREOVER = r"另外|此外|顺便|顺带|顺道|对了|然后"
_ALSO = rf"{_MOREOVER}|还有|同时|接着|最后|以及|并且"
_REQUEST = r"帮我|帮忙|给我|麻烦|请|我要|我想|我还|还想|还要|也想|也要"
_AGAIN = r"(?:再|并|也)(?=[帮给查算约转看测问预找登提办])"
_CUT = re.compile(
    rf"(?P<end>[。！!？?；;\n]+)|(?P<comma>[，,、\s]+)(?=(?:{_ALSO}|{_REQUEST}|{_AGAIN}))|(?<=[^，,、\s])(?=(?:{_MOREOVER}|{_AGAIN}))"
)
_ASKING = re.compile(
    r"[？?]|吗|么$|呢|怎么|怎样|如何|什么|啥|咋|多少|多久|几|哪|谁|能不能|可不可以|是不是|是否|行不行|要不要|有没有"
)
_WANTING = re.compile(
    r"帮|给我|替我|麻烦|请|想|要|查|算|测|看看|看下|看一下|约|取消|转|找|登记|投诉|举报|办|估"
)


@dataclass(frozen=True)
class Piece:
    """text[start:end] of the message."""

    text: str
    start: int
    end: int


@dataclass(frozen=True)
class Wish:
    """A piece with the intent it has by itself, confidence 0..1."""

    piece: Piece
    intent: str
    confidence: float


def split(text: str) -> List[Piece]:
    """The pieces of a message that may hold several wishes; empty when it is one sentence or a story."""
    if len(text) < SHORTEST_MESSAGE:
        return []
    pieces: List[Piece] = []
    start = 0
    for cut in [*_CUT.finditer(text), None]:
        # The mark of a question stays with its piece.
        end = len(text) if cut is None else (cut.end() if cut["end"] else cut.start())
        after = len(text) if cut is None else cut.end()
        piece = _trimmed(text, start, end)
        if len(piece.text) >= SHORTEST_PIECE:
            pieces.append(piece)
            start = after
        elif not piece.text:
            start = after
        if len(pieces) > MOST_PIECES:
            return []
    return pieces if len(pieces) > 1 else []


def _trimmed(text: str, start: int, end: int) -> Piece:
    found = text[start:end]
    start += len(found) - len(found.lstrip(" \t\r\n，,、"))
    found = found.strip(" \t\r\n，,、")
    return Piece(found, start, start + len(found))


def choose(text: str, guesses: Sequence[Tuple[Piece, str, float]], least: float) -> List[Wish]:
    """The wishes among (piece, intent, confidence), in order; empty unless they are several different ones.

    `least`: how sure a piece's intent must be. Two plain questions are no case for this: the search handles
    them. What stands before a wish and is none itself (the figures, the reason) goes with it.
    """
    wishes: List[Wish] = []
    waiting = None
    for piece, intent, confidence in guesses:
        if confidence < least or not _is_wish(piece.text, intent):
            waiting = piece.start if waiting is None else waiting
        elif wishes and wishes[-1].intent == intent:
            wishes[-1] = _until(text, wishes[-1], piece.end)
            waiting = None
        else:
            start = piece.start if waiting is None else waiting
            whole = Piece(text[start : piece.end], start, piece.end)
            wishes.append(Wish(whole, intent, confidence))
            waiting = None
    if wishes and waiting is not None:
        wishes[-1] = _until(text, wishes[-1], guesses[-1][0].end)
    intents = [wish.intent for wish in wishes]
    several = 2 <= len(set(intents)) == len(intents) <= MOST_WISHES
    return wishes if several and not TASKS.isdisjoint(intents) else []


def _is_wish(text: str, intent: str) -> bool:
    if intent.startswith(QUESTION_PREFIX):
        return bool(_ASKING.search(text))
    return intent in TASKS and bool(_WANTING.search(text) or _ASKING.search(text))


def _until(text: str, wish: Wish, end: int) -> Wish:
    piece = wish.piece
    return replace(wish, piece=Piece(text[piece.start : end], piece.start, end))
