"""Which part of a file is sent for which header, by RFC 9110."""

from __future__ import annotations

import pytest

from core.downloads import NoSuchRange, disposition, wanted

SIZE = 1000


@pytest.mark.parametrize(
    ("asked", "part"),
    [
        (None, (0, SIZE)),
        ("bytes=0-", (0, SIZE)),
        ("bytes=0-0", (0, 1)),
        (" bytes=100-199 ", (100, 200)),
        ("bytes=900-5000", (900, SIZE)),
        ("bytes=-5", (995, SIZE)),
        ("bytes=-5000", (0, SIZE)),
        ("bytes=200-100", (0, SIZE)),
        ("bytes=-", (0, SIZE)),
        ("bytes=0-1,5-6", (0, SIZE)),
        ("apples=1-2", (0, SIZE)),
        ("bytes=1-" + "9" * 99, (0, SIZE)),
    ],
)
def test_a_range_is_its_bytes_and_nonsense_the_whole(
    asked: str | None, part: tuple[int, int]
) -> None:
    assert wanted(asked, SIZE) == part


@pytest.mark.parametrize("asked", ["bytes=1000-", "bytes=5000-6000", "bytes=-0"])
def test_a_range_behind_the_end_is_none(asked: str) -> None:
    with pytest.raises(NoSuchRange):
        wanted(asked, SIZE)


def test_a_name_of_any_letters_stands_in_a_header() -> None:
    header = disposition('证件"\r\n.pdf', inline=False)
    assert header.startswith("attachment; filename=\"file.pdf\"; filename*=UTF-8''")
    assert header.isascii()
    assert "\n" not in header
