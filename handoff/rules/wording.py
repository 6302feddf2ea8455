"""Whether a sentence asks for a person, declines one, or only mentions one. Pure.

The keywords are settings; the grammar around them (negation, questions, politeness) is here.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache

from handoff.rules.settings import KeywordSettings

# Between a negation and what it negates: 不要[再给我]转人工. Nothing else may stand there, so that
# 不要机器人要人工 stays a wish.
_FILLER = (
    r"(?:先|再|急着|着急|马上|立刻|立即|现在|帮我|给我|替我|为我|让我|把我|我|你们|你|您|去|来|要|"
    r"想|继续|打算|准备|需要|一直|老是|总是|动不动就|随便|自动|直接|麻烦|进行|使用|用|找|转接到?|"
    r"转到?|接入?|联系|叫|什么)"
)
_NEGATION = (
    r"(?:不用|不要|不需要|不需|不想|不必|不打算|不愿意?|不是要|不是想|不是说要|不是|无需|无须|毋需|"
    r"用不着|别|甭|没想|没要|没说|没让|没打算|没有要|没有想|拒绝|取消|停止|撤销|暂不|先不|不)"
)
_NEGATED = re.compile(rf"(?P<negation>{_NEGATION}){_FILLER}{{0,3}}$")
# 为什么不给转人工, 怎么不转人工, 难道不能: whoever asks so wants it. 不得不, 非要 affirm.
_RHETORICAL = re.compile(
    r"(?:为什么|为啥|为何|怎么|咋|干嘛|凭什么|难道|岂|何不)[^，。？！；]{0,6}$"
)
# What may stand between the verb and the person it asks for: 转一下人工, 找你们公积金中心的客服.
_LINK = r"(?:一下|下|一?个|一?位|到|给我|你们的?|在线|公积金中心的?|中心的?){0,3}"
_AFTER = re.compile(
    r"^(?:客服|服务|坐席|座席)?(?:的话|就|先|还是|暂时|现在|我|也|都|倒|了|啊|吧)*"
    r"(?:不用|不必|不需要|不要|没必要|算了|免了|取消)(?:了|啦|吧|的|哈|哦|谢谢|，|。|！|$)"
)
_WISH = re.compile(
    r"(?:要|想|找|转|接|换|请|给我|帮我|叫|来|有|没有|联系|需要|能|可以|麻烦|呼叫|申请|进入|连|求|"
    r"让|切换|用|上)[^，。？！；]{0,4}$"
)
_WISH_AFTER = re.compile(
    r"^(?:在吗|在不在|在线吗|有吗|呢|吗|(?:怎么|如何)(?:转|找|联系|接)|谢谢|快|来|帮)"
)
# 你是人工客服吗 asks what it is talking to.
_IDENTITY = re.compile(r"(?:是|不是|是不是|算|叫)$")
_POLITE = re.compile(
    r"^(?:你好|您好|喂|在吗|请|麻烦|我要|我想|嗯|啊|那|快|赶紧|赶快)*|"
    r"(?:吧|啊|呀|谢谢|了|呢|吗|哈|一下|快点)*$"
)
# How far from a keyword the words stand that decide on it. Whoever writes longer without a break is judged by the
# nearest: the patterns above try many lengths at many places, and the whole server waits for them.
_NEAR = 60
# 不要“转人工” is one clause: opening and closing quotes and brackets.
_ENCLOSING = ("Pi", "Pf", "Ps", "Pe")


@dataclass(frozen=True)
class Wish:
    """A keyword that counts: which one, and the clause it stood in."""

    keyword: str
    clause: str


# Earlier messages are compared at every turn, and all rules look at the same text.
@lru_cache(maxsize=1024)
def normalise(text: str) -> str:
    """Full-width to half-width, lower case, no spaces or invisible characters."""
    text = unicodedata.normalize("NFKC", text).lower()
    return "".join(
        c for c in text if not c.isspace() and unicodedata.category(c) not in ("Cf", "Cc")
    )


def clauses(text: str) -> list[str]:
    """The text, normalised, cut at punctuation, emoji and line ends; quotes and brackets vanish."""
    lines = "\n".join(normalise(line) for line in text.splitlines())
    kept = (c for c in lines if c != '"' and unicodedata.category(c) not in _ENCLOSING)
    cut = "".join(c if c.isalnum() else " " for c in kept)
    return cut.split()


def find_wish(text: str, settings: KeywordSettings) -> Wish | None:
    """The first keyword by which `text` asks for a person, or None; the last word counts."""
    wish = None
    for clause in clauses(text):
        verdict = _judge(clause, settings)
        if isinstance(verdict, Wish):
            wish = wish or verdict
        elif verdict is False:
            wish = None  # 转人工，算了不用转人工: what was said last holds
    return wish


def declines(text: str, settings: KeywordSettings) -> bool:
    """Whether the text, taken as a whole, says that no person is wanted (不用转人工)."""
    declined = False
    for clause in clauses(text):
        verdict = _judge(clause, settings)
        if verdict is not None:
            declined = verdict is False
    return declined


def _judge(clause: str, settings: KeywordSettings) -> Wish | bool | None:
    """A wish; False for a refusal; None where no person is spoken of."""
    core = _POLITE.sub("", clause[-_NEAR:])
    if core in settings.alone or _doubled(core) in settings.alone:
        return Wish(core, clause)
    refused = _refuses_alone(clause, core, settings.alone)
    others = _spans(clause, settings.other_meanings)
    for start, end, kind in _keywords(clause, settings):
        if any(_cuts(span, (start, end)) for span in others):
            continue
        before, after = clause[max(0, start - _NEAR) : start], clause[end : end + _NEAR]
        if _is_negated(before) or _AFTER.match(after):
            refused = True
        elif kind is _Kind.REQUEST or _is_wished(kind, before, after, settings):
            return Wish(clause[start:end], clause)
    return False if refused else None


class _Kind(IntEnum):
    """How sure a keyword is; the surest reading of a place goes first."""

    REQUEST = 0  # fires wherever it stands
    CALL = 1  # a verb and a person: unless it is asked about
    SERVICE = 2  # names the people: only beside a wish


def _keywords(clause: str, settings: KeywordSettings) -> list[tuple[int, int, _Kind]]:
    """Where keywords stand: (start, end, kind), in order."""
    found = [(*span, _Kind.REQUEST) for span in _spans(clause, settings.requests)]
    for verbs, people, kind in (
        (settings.strict_verbs, settings.people, _Kind.REQUEST),
        (settings.strict_verbs, settings.staff, _Kind.REQUEST),
        (settings.verbs, settings.people, _Kind.CALL),
    ):
        pattern = _calling(verbs, people)
        if pattern is not None:
            found += [(at.start(), at.end(), kind) for at in pattern.finditer(clause)]
    found += [(*span, _Kind.SERVICE) for span in _spans(clause, settings.services)]
    return sorted(found, key=lambda item: (item[0], item[2], -item[1]))


@lru_cache(maxsize=16)
def _calling(verbs: tuple[str, ...], people: tuple[str, ...]) -> re.Pattern[str] | None:
    """A verb and a person, with little in between; None when one of the lists is empty."""
    if not verbs or not people:
        return None
    return re.compile(f"(?:{_any(verbs)}){_LINK}(?:{_any(people)})")


def _any(words: tuple[str, ...]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


def _refuses_alone(clause: str, core: str, words: tuple[str, ...]) -> bool:
    """人工就算了, 不要客服: a word that counts only by itself, refused; `core` without politeness."""
    return any(
        (clause.startswith(word) and _AFTER.match(clause[len(word) : len(word) + _NEAR]))
        # 你不是真人吧 asks what it is talking to.
        or (
            core.endswith(word)
            and _is_negated(core.removesuffix(word))
            and not core.endswith("不是" + word)
        )
        for word in words
    )


def _spans(clause: str, phrases: tuple[str, ...]) -> list[tuple[int, int]]:
    return [
        (at.start(), at.end())
        for phrase in phrases
        if phrase in clause
        for at in re.finditer(re.escape(phrase), clause)
    ]


def _cuts(other: tuple[int, int], keyword: tuple[int, int]) -> bool:
    """Whether the other meaning takes part of the keyword away: 找[人工]作. Not inside it."""
    overlaps = other[0] < keyword[1] and keyword[0] < other[1]
    return overlaps and not (keyword[0] <= other[0] and other[1] <= keyword[1])


def _is_negated(before: str) -> bool:
    match = _NEGATED.search(before)
    if match is None:
        return False
    lead = before[: match.start()]
    if _RHETORICAL.search(lead):
        return False
    # 要不要, 用不用: the verb before 不 comes back after it. 不得不, 非要 affirm.
    either_or = re.match(r"(.)不\1", before[max(0, match.start() - 1) :])
    return either_or is None and not lead.endswith(("不得", "非", "不是"))


def _is_wished(kind: _Kind, before: str, after: str, settings: KeywordSettings) -> bool:
    """Whether people were asked for rather than talked about (昨天人工客服说可以)."""
    topics = _any(settings.asked_about)
    if topics and re.match(rf"^(?:的|是|一般|都|在|一下|大概)*(?:{topics})", after):
        return False
    if kind is _Kind.CALL:
        return True
    if _IDENTITY.search(before):
        return False
    stands_alone = not _POLITE.sub("", before) and not _POLITE.sub("", after)
    return stands_alone or bool(_WISH.search(before)) or bool(_WISH_AFTER.match(after))


def _doubled(text: str) -> str:
    """人工人工人工 -> 人工."""
    for size in range(1, len(text) // 2 + 1):
        if len(text) % size == 0 and text == text[:size] * (len(text) // size):
            return text[:size]
    return text
