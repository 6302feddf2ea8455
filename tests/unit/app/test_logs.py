"""What reaches the log: no traces of other people's broken frames, and no flood of them."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest

from app.logs import configure


@pytest.fixture(autouse=True)
def _logging_as_it_was() -> Iterator[None]:
    root, engine = logging.getLogger(), logging.getLogger("engineio.server")
    handlers, level, filters = root.handlers[:], root.level, engine.filters[:]
    yield
    root.handlers[:], engine.filters[:] = handlers, filters
    root.setLevel(level)


def _receive_broken_frame() -> None:
    try:
        int("我的身份证110101199003070011")
    except ValueError:
        logging.getLogger("engineio.server").exception("message async handler error")


def test_a_broken_frame_is_one_line_without_what_was_in_it(
    capsys: pytest.CaptureFixture[str],
) -> None:
    configure("INFO")
    for _ in range(1000):
        _receive_broken_frame()
    (line,) = capsys.readouterr().err.splitlines()
    assert line.endswith("message async handler error: ValueError")


@pytest.mark.parametrize("library", ["aiosqlite", "asyncpg", "httpcore.http11", "markdown_it", "x"])
def test_at_debug_libraries_say_nothing_of_what_passes_through_them(
    capsys: pytest.CaptureFixture[str], library: str
) -> None:
    configure("DEBUG")
    logging.getLogger(library).debug("executing %s", ("INSERT INTO contacts", "张三"))
    logging.getLogger("channels.wechat").debug("a push of inbox %s", "wx")
    (line,) = capsys.readouterr().err.splitlines()
    assert line.endswith("DEBUG   channels.wechat: a push of inbox wx")
    assert "张三" not in line
