"""A knowledge base small enough to read, and an encoder whose vectors can be reasoned about."""

from __future__ import annotations

import zlib
from datetime import date
from typing import Any

import numpy as np

from core.conversation.content import Citation
from knowledge.retrieval.encoder import Vectors
from knowledge.retrieval.entries import Entry, Filters
from knowledge.retrieval.normalise import normalise

TODAY = date(2026, 11, 23)


class CharacterEncoder:
    """Counts characters into 64 buckets: texts that share characters are near."""

    id = "characters"
    dimension = 64

    def __init__(self) -> None:
        self.encoded: list[str] = []

    def encode(self, texts: list[str]) -> Vectors:
        self.encoded += texts
        result = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for row, text in enumerate(texts):
            for character in normalise(text):
                result[row, zlib.crc32(character.encode()) % self.dimension] += 1
        norms = np.linalg.norm(result, axis=1, keepdims=True)
        return np.divide(result, norms, out=np.zeros_like(result), where=norms > 0)


def entry(key: str, question: str, *similar: str, **changes: Any) -> Entry:
    values: dict[str, Any] = {
        "article_id": f"id-{key}", "key": key, "question": question, "similar": similar,
        "answer_md": f"{question}的答案。", "citations": (Citation(document="条例", clause="第一条"),),
        "category": "提取", "business": "公积金", "region": "全国", "internal": False,
        "first": date.min, "last": date.max,
    }  # fmt: skip
    return Entry(**(values | changes))


ENTRIES = [
    entry(
        "rent",
        "租房可以提取公积金吗",
        "我租房子能把公积金取出来吗",
        "租金能用公积金付吗",
        next=("papers",),
    ),
    entry("papers", "租房提取公积金需要什么材料", "租房取公积金要带什么证件"),
    entry("loan", "公积金贷款最多能贷多少", "买房用公积金最高贷几万"),
    entry(
        "injury",
        "上班路上出车祸算工伤吗",
        "下班途中被车撞是不是工伤",
        category="工伤",
        business="社保",
    ),
    entry("jobless", "失业金可以领几个月", "失业保险金能拿多久", category="失业", business="社保"),
    entry("pension", "养老金怎么计算", "退休后每月能领多少钱", category="养老", business="社保"),
]


def seen_by(**changes: Any) -> Filters:
    values: dict[str, Any] = {"regions": frozenset({"example", "示例市"}), "on": TODAY}
    return Filters(**(values | changes))
