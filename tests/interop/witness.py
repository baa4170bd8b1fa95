"""A witness of a plan's ledger, written from docs/protocol.md ("Seals") alone: the chain over the
entries as XRANGE gives them, and seals as an aggregator stores them.
"""

import hashlib
import itertools
import struct

NOTHING = bytes(32)


def where(position):
    """b"1774951200123-0" as its two numbers."""
    return tuple(map(int, position.split(b"-")))


def next_hash(before, position, fields):
    """The hash behind one more entry."""
    message = before + struct.pack(">QQ", *where(position))
    for part in itertools.chain.from_iterable(fields.items()):
        message += struct.pack(">Q", len(part)) + part
    return hashlib.sha256(message).digest()


def chain(entries):
    """(position, hash) behind each entry."""
    so_far = NOTHING
    for position, fields in entries:
        so_far = next_hash(so_far, position, fields)
        yield position, so_far


def text(position, so_far):
    """As `tuijin seal` prints it and `tuijin verify --seal` takes it."""
    return f"{position.decode()}:{so_far.hex()}"


def store_seals(store, key, entries, cuts):
    """Adds a seal at each of these positions to the stream `key`; what is behind the last of them
    stays unsealed."""
    links = b""
    for position, so_far in chain(entries):
        links += struct.pack(">QQ", *where(position)) + so_far[:8]
        if position in cuts:
            store.xadd(key, {"hash": so_far.hex(), "links": links}, id=position)
            links = b""
