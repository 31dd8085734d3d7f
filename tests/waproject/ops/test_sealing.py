"""A sealed file gives back what was written, and nothing when a bit, a chunk or the key differs."""

import io
from contextlib import suppress

import pytest
from cryptography.fernet import Fernet
from hypothesis import given
from hypothesis import strategies as st

from waproject.ops.sealing import (
    CHUNK,
    MAGIC,
    Damaged,
    NoKey,
    NotSealed,
    Sealer,
    Unsealer,
    fingerprint,
)

KEY, OTHER = (Fernet.generate_key().decode() for _ in range(2))
HEADER = len(MAGIC) + 8 + 32
SEALED_CHUNK = CHUNK + 16


def sealed(*parts: bytes, key: str = KEY) -> bytes:
    file = io.BytesIO()
    with Sealer(file, key) as sealer:
        for part in parts:
            sealer.write(part)
    return file.getvalue()


def opened(content: bytes, *keys: str) -> bytes:
    return Unsealer(io.BytesIO(content), keys or [KEY]).read()


@given(st.lists(st.integers(0, CHUNK * 2 + 1), max_size=4))
def test_what_was_written_is_read(lengths):
    parts = [bytes([number]) * length for number, length in enumerate(lengths)]

    assert opened(sealed(*parts)) == b"".join(parts)


@pytest.mark.parametrize("length", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 3 * CHUNK + 5])
def test_file_of_any_length_is_read(length):
    content = bytes(range(256)) * (length // 256 + 1)

    assert opened(sealed(content[:length])) == content[:length]


def test_nothing_of_the_content_can_be_read_in_the_file():
    content = b"+56975400946 Juana " * 1000

    assert (b"Juana" in sealed(content), sealed(content) == sealed(content)) == (False, False)


@pytest.mark.parametrize("place", [0, len(MAGIC), HEADER - 1, HEADER, HEADER + CHUNK, -1])
def test_a_changed_byte_is_found(place):
    content = bytearray(sealed(b"x" * (CHUNK + 1)))
    content[place] ^= 1

    with pytest.raises((Damaged, NoKey, NotSealed)):
        opened(bytes(content))


@pytest.mark.parametrize("length", [HEADER - 1, HEADER, HEADER + 5, HEADER + SEALED_CHUNK, -1])
def test_a_file_that_was_cut_off_is_found(length):
    """At the border of a chunk too: each chunk says whether it is the last."""
    with pytest.raises(Damaged):
        opened(sealed(b"x" * (2 * CHUNK + 1))[:length])


def test_chunks_in_another_order_are_found():
    whole = sealed(b"x" * (3 * CHUNK))
    header, rest = whole[:HEADER], whole[HEADER:]
    one, two, three = (rest[n * SEALED_CHUNK : (n + 1) * SEALED_CHUNK] for n in range(3))

    for order in ((two, one, three), (one, three), (one, one, two, three), (one, two, three, one)):
        with pytest.raises(Damaged):
            opened(header + b"".join(order))


def test_chunks_of_another_file_are_found():
    one, other = sealed(b"x" * 2 * CHUNK), sealed(b"y" * 2 * CHUNK)
    end = HEADER + SEALED_CHUNK

    with pytest.raises(Damaged):
        opened(one[:end] + other[end:])


def test_any_of_the_keys_opens_it_and_another_is_named():
    content = sealed(b"hola")

    assert opened(content, OTHER, KEY) == b"hola"
    with pytest.raises(NoKey, match=f"^{fingerprint(KEY)}$"):
        opened(content, OTHER)


def test_what_an_error_interrupted_cannot_be_read():
    file = io.BytesIO()

    with suppress(KeyError), Sealer(file, KEY) as sealer:
        sealer.write(b"x" * (CHUNK + 1))
        raise KeyError

    with pytest.raises(Damaged):
        opened(file.getvalue())


def test_memory_is_bounded_by_the_chunk():
    """What waits to be written is a chunk at most, however much came."""
    with Sealer(io.BytesIO(), KEY) as sealer:
        for _part in range(20):
            sealer.write(b"x" * 100_000)
            assert len(sealer._waiting) <= CHUNK
