"""What is wrong with a field, in Chinese, from pydantic's errors. For HTTP answers and for files that are read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_REASONS = {
    "string_too_short": "太短，至少 {min_length} 个字",
    "string_too_long": "太长，最多 {max_length} 个字",
    "too_short": "太少，至少 {min_length} 项",
    "too_long": "太多，最多 {max_length} 项",
    "missing": "缺少这一项",
    "extra_forbidden": "没有这一项",
    "list_type": "应是列表",
    "dict_type": "应是一组名称和值",
    "string_type": "应是文字",
    "string_unicode": "含有无法保存的字符",
    "literal_error": "不是允许的值",
    "string_pattern_mismatch": "格式不对",
    "greater_than_equal": "不能小于 {ge}",
    "less_than_equal": "不能大于 {le}",
    "int_parsing": "应是整数",
    "int_type": "应是整数",
    "bool_parsing": "应是 true 或 false",
    "json_invalid": "不是正确的 JSON",
}
_CHINESE = re.compile(r"[\u4e00-\u9fff]")


def reason(error: Mapping[str, Any]) -> str:
    """One entry of ValidationError.errors() as a reason. Never holds the value, which may be personal."""
    kind, context = str(error["type"]), error.get("ctx") or {}
    if kind.startswith("date"):
        return "日期应写成 2026-01-31 的样子"
    if kind == "value_error":
        # Our own validators speak Chinese; a library's message is not for people.
        text = str(context.get("error", ""))
        return text if _CHINESE.search(text) else "格式不对"
    if kind == "string_too_short" and context.get("min_length") == 1:
        return "不能为空"
    return _REASONS.get(kind, "格式不对").format_map(context)
