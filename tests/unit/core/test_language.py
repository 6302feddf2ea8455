"""In which language somebody writes, as far as a text says."""

from __future__ import annotations

import pytest

from core.conversation.language import guess_language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("怎么提取公积金", "zh"), ("公积金 loan 怎么办", "zh"), ("轉人工", "zh"), ("𠮷野家", "zh"),
        ("How do I withdraw my fund?", "en"), ("housing loan", "en"),
        ("hello", None), ("123456", None), ("😀", None), ("", None), ("OK", None), ("ABC 123", None),
    ],
)  # fmt: skip
def test_the_script_tells_the_language_or_nothing_does(text: str, language: str | None) -> None:
    assert guess_language(text) == language
