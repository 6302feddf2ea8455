"""Addresses on our own server in an answer's Markdown, written out for other people's pages. Pure."""

from __future__ import annotations

import re

# The target of a link or picture: [text](/path), ![text](</path> "title"); not [text](//other.example).
_TARGET = re.compile(r"(\]\(\s*<?)(/(?!/))")


def with_whole_links(markdown: str, base: str) -> str:
    """`base` without a slash at its end, such as https://kf.example.gov.cn."""
    return _TARGET.sub(lambda match: match[1] + base + match[2], markdown)
