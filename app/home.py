"""The folder of all state, and the lock that keeps two servers, or a server and a restore, out of each other's way."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from core.errors import Conflict


class HomeInUse(Conflict):
    code, default_message = (
        "home_in_use",
        "这个数据目录正被另一个帮办进程使用，请先停止它，或用 BANGBAN_HOME 指定别的目录。",
    )


@contextmanager
def locked(home: Path) -> Iterator[None]:
    """Hold the home's lock; raises HomeInUse when another process has it. Released even by kill -9."""
    home.mkdir(parents=True, exist_ok=True)
    with (home / "lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise HomeInUse(home=str(home)) from None
        yield
