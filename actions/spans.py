"""Spans of time as citizens say them. Pure."""

from __future__ import annotations


def span(months: int, *, age: bool = False) -> str:
    """Months in words: 18年6个月, 15年, 8个月; as an age 60岁11个月, 63周岁."""
    years, rest = divmod(months, 12)
    if age:
        return f"{years}岁{rest}个月" if rest else f"{years}周岁"
    return "".join([f"{years}年" if years else "", f"{rest}个月" if rest or not years else ""])
