"""How long a recording in AMR takes, WeChat's own format for voice. Pure.

Source: RFC 4867, section 5: after the mark a frame of 20 ms each, whose first byte says how it is coded.
"""

from __future__ import annotations

from typing import BinaryIO

MARK = b"#!AMR\n"
FRAMES_A_SECOND = 50
# Bytes of a frame behind its first one, by the coding in that byte's bits 3 to 6: eight rates, silence, no data.
_SIZES = (12, 13, 15, 17, 19, 20, 26, 31, 5, 0, 0, 0, 0, 0, 0, 0)
# Two minutes; WeChat records one.
_MOST_FRAMES = 120 * FRAMES_A_SECOND


def seconds_of(file: BinaryIO) -> int | None:
    """Rounded, at least one; None when it is no AMR (narrow band), or damaged from the beginning."""
    file.seek(0)
    if file.read(len(MARK)) != MARK:
        return None
    frames = 0
    while frames < _MOST_FRAMES and (head := file.read(1)):
        size = _SIZES[head[0] >> 3 & 0x0F]
        if len(file.read(size)) < size:
            break
        frames += 1
    return max(1, round(frames / FRAMES_A_SECOND)) if frames else None
