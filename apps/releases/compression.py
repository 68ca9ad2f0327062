"""Texts made small: each compressed against a text that it resembles. Bytes in, bytes out."""

import zstandard

# Beyond this level large texts take a hundred times longer, and those that resemble another get no smaller.
LEVEL = 12
MOST_BYTES = 8_000_000


class Undecipherable(ValueError):
    """The bytes are not what was stored."""


def compressed(text: bytes, near: bytes | None) -> bytes:
    """Return the text compressed; small where it resembles ``near``."""
    return zstandard.ZstdCompressor(level=LEVEL, dict_data=_dictionary(near)).compress(text)


def restored(data: bytes, near: bytes | None) -> bytes:
    """Return what ``compressed`` was given. Raises ``Undecipherable``."""
    decompressor = zstandard.ZstdDecompressor(dict_data=_dictionary(near))
    try:
        return decompressor.decompress(data, max_output_size=MOST_BYTES)
    except zstandard.ZstdError as error:
        raise Undecipherable(str(error)) from error


def _dictionary(near: bytes | None) -> zstandard.ZstdCompressionDict | None:
    # Raw content: zstandard would otherwise look for a trained dictionary's header at the start of the text.
    return zstandard.ZstdCompressionDict(near, dict_type=zstandard.DICT_TYPE_RAWCONTENT) if near else None
