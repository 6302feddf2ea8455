"""How long a voice message is: counts the frames of AMR and MP3. Pure.

Sources: RFC 4867 (AMR storage format, sizes of its frames of 20 ms); ISO/IEC 11172-3, Layer III frame header.
"""

from __future__ import annotations

AMR_HEAD = 6
AMR_FRAME_SECONDS = 0.02
# Bytes of a frame by its type, head byte included; types 9 to 14 are reserved, 15 is "no data".
AMR_BYTES = (13, 14, 16, 18, 20, 21, 27, 32, 6, 1, 1, 1, 1, 1, 1, 1)

# kbit/s by index: MPEG 1, and MPEG 2 or 2.5.
BITRATES = {
    1: (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 0),
    2: (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160, 0),
}
SAMPLE_RATES = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}


def seconds(form: str, data: bytes) -> float:
    return _amr(data) if form == "amr" else _mp3(data)


def is_mp3_frame(head: bytes) -> bool:
    return _frame(head) is not None


def _amr(data: bytes) -> float:
    at, frames = AMR_HEAD, 0
    while at < len(data):
        at += AMR_BYTES[data[at] >> 3 & 0x0F]
        frames += 1
    return frames * AMR_FRAME_SECONDS


def _mp3(data: bytes) -> float:
    at, total = 0, 0.0
    if data.startswith(b"ID3") and len(data) > 10:
        # The size of the tag is written in seven bits a byte.
        size = data[6] << 21 | data[7] << 14 | data[8] << 7 | data[9]
        at = 10 + size
    while at + 4 <= len(data):
        frame = _frame(data[at : at + 4])
        if frame is None:
            break
        length, duration = frame
        at += length
        total += duration
    return total


def _frame(head: bytes) -> tuple[int, float] | None:
    """(bytes, seconds) of the frame that begins so; None when none does."""
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0 or head[1] >> 1 & 3 != 1:
        return None
    version = head[1] >> 3 & 3
    if version == 1 or head[2] >> 2 & 3 == 3:
        return None
    first = version == 3
    bitrate = BITRATES[1 if first else 2][head[2] >> 4] * 1000
    if not bitrate:
        return None
    rate = SAMPLE_RATES[version][head[2] >> 2 & 3]
    samples = 1152 if first else 576
    return samples // 8 * bitrate // rate + (head[2] >> 1 & 1), samples / rate
