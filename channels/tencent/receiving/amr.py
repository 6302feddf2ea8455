"""Recordings in AMR, WeChat's own format for voice: how long they take, and as a sound that browsers play.

Source: RFC 4867, section 5: after the mark a frame of 20 ms each, whose first byte says how it is coded. They are
decoded by opencore-amr, a small library of every Linux distribution, where it is installed; else they stay as they
are, to be saved and opened elsewhere (docs/adr/0047).
"""

from __future__ import annotations

import ctypes
import functools
import io
import wave
from collections.abc import Iterator
from typing import BinaryIO, Protocol

MARK = b"#!AMR\n"
FRAMES_A_SECOND = 50
# Bytes of a frame behind its first one, by the coding in that byte's bits 3 to 6: eight rates, silence, no data. The
# others are reserved; nothing but a damaged file has them.
_SIZES = {0: 12, 1: 13, 2: 15, 3: 17, 4: 19, 5: 20, 6: 26, 7: 31, 8: 5, 15: 0}
# Two minutes; WeChat records one.
_MOST_FRAMES = 120 * FRAMES_A_SECOND
_LONGEST_FRAME = 32
_SAMPLES, _RATE = 160, 8000
_LIBRARY = "libopencore-amrnb.so.0"


class Decoder(Protocol):
    """One recording's."""

    def samples(self, frame: bytes) -> bytes:
        """160 samples of 16 bits for a frame."""
        ...

    def close(self) -> None: ...


def seconds_of(file: BinaryIO) -> int | None:
    """Rounded, at least one; None when it is no AMR (narrow band), or damaged from the beginning."""
    frames = sum(1 for _ in _frames(file))
    return max(1, round(frames / FRAMES_A_SECOND)) if frames else None


def as_wav(file: BinaryIO, decoder: Decoder | None) -> bytes | None:
    """The recording as WAV, some 16 KB a second; None where it cannot be decoded. CPU work: call it in a thread."""
    if decoder is None:
        return None
    try:
        sound = b"".join(decoder.samples(frame) for frame in _frames(file))
    finally:
        decoder.close()
    if not sound:
        return None
    out = io.BytesIO()
    with wave.open(out, "wb") as written:
        written.setnchannels(1)
        written.setsampwidth(2)
        written.setframerate(_RATE)
        written.writeframes(sound)
    return out.getvalue()


def decoder() -> Decoder | None:
    """A fresh one; None where the library is not installed."""
    library = _library()
    return _OpenCore(library) if library is not None else None


def _frames(file: BinaryIO) -> Iterator[bytes]:
    """The whole ones, up to the first that is none."""
    file.seek(0)
    if file.read(len(MARK)) != MARK:
        return
    for _ in range(_MOST_FRAMES):
        head = file.read(1)
        size = _SIZES.get(head[0] >> 3 & 0x0F) if head else None
        if size is None:
            return
        body = file.read(size)
        if len(body) < size:
            return
        yield head + body


class _OpenCore:
    def __init__(self, library: ctypes.CDLL) -> None:
        self._library = library
        self._state = ctypes.c_void_p(library.Decoder_Interface_init())
        self._out = (ctypes.c_short * _SAMPLES)()

    def samples(self, frame: bytes) -> bytes:
        # As long as the longest, so that it never reads beyond what is ours.
        self._library.Decoder_Interface_Decode(
            self._state, frame.ljust(_LONGEST_FRAME, b"\0"), self._out, 0
        )
        return bytes(self._out)

    def close(self) -> None:
        self._library.Decoder_Interface_exit(self._state)


@functools.cache
def _library() -> ctypes.CDLL | None:
    try:
        library = ctypes.CDLL(_LIBRARY)
    except OSError:
        return None
    library.Decoder_Interface_init.restype = ctypes.c_void_p
    library.Decoder_Interface_exit.argtypes = [ctypes.c_void_p]
    library.Decoder_Interface_exit.restype = None
    library.Decoder_Interface_Decode.argtypes = [
        ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p, ctypes.c_int,
    ]  # fmt: skip
    library.Decoder_Interface_Decode.restype = None
    return library
