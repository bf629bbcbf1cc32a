"""What a client does with an answer that has a coding."""

import ctypes
import ctypes.util
import gzip

BROTLI = ctypes.util.find_library("brotlidec")


def decode(response, size):
    """The body as it was before it was coded; @size: what it is expected to have."""
    coding = response.header("content-encoding")
    if coding == "gzip":
        return gzip.decompress(response.body)
    if coding == "br":
        out, length = ctypes.create_string_buffer(size + 1), ctypes.c_size_t(size + 1)
        is_whole = ctypes.CDLL(BROTLI).BrotliDecoderDecompress(
            ctypes.c_size_t(len(response.body)), response.body, ctypes.byref(length), out)
        assert is_whole == 1
        return out.raw[:length.value]
    assert coding == ""
    return response.body
