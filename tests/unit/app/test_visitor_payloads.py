"""What a website's page says of a citizen is shown to the whole desk."""

from __future__ import annotations

import pytest

from channels.web.payloads import RequestHandoff, Source


def test_numbers_in_what_a_page_calls_itself_are_covered() -> None:
    assert Source(page="/me/13812345678?token=1").name() == "/me/138****5678"
    assert Source(page="/a", sub_channel="手机13812345678").name() == "手机138****5678"
    assert Source(page="/guide/tiqu.html").name() == "/guide/tiqu.html"


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("提取", "提取"),
        ("电话13812345678", "电话138****5678"),
        (" \u202e\x00 ", None),
        (None, None),
    ],
)
def test_the_business_a_page_names_holds_no_number_and_no_hidden_signs(
    sent: str | None, kept: str | None
) -> None:
    assert RequestHandoff(category=sent).category == kept
