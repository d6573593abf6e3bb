# SPDX-License-Identifier: Apache-2.0
"""Writes address databases in the MaxMind DB format, version 2.0: enough of it for tests.

    mmdb_bytes("GeoLite2-ASN", {"192.0.2.0/24": {"autonomous_system_number": Uint32(64496)}})

A search tree over the 128 bits of IPv6 addresses (IPv4 ones stand below ::/96), a data section and the
metadata. https://maxmind.github.io/MaxMind-DB/
"""

import ipaddress
import struct

MARKER = b"\xab\xcd\xefMaxMind.com"
TYPES = {"text": 2, "uint16": 5, "uint32": 6, "map": 7, "uint64": 9, "array": 11}


class Uint16(int):
    """A number that is written as uint16."""


class Uint32(int):
    """A number that is written as uint32."""


class Uint64(int):
    """A number that is written as uint64."""


def _control(kind, size):
    number = TYPES[kind]
    if size < 29:
        length, more = size, b""
    elif size < 285:
        length, more = 29, bytes([size - 29])
    else:
        length, more = 30, struct.pack("!H", size - 285)
    if number < 8:
        return bytes([number << 5 | length]) + more
    return bytes([length, number - 7]) + more


def _number(kind, value):
    data = value.to_bytes((value.bit_length() + 7) // 8, "big")
    return _control(kind, len(data)) + data


def encode(value):
    if isinstance(value, dict):
        return _control("map", len(value)) + b"".join(encode(k) + encode(v)
                                                      for k, v in value.items())
    if isinstance(value, list):
        return _control("array", len(value)) + b"".join(map(encode, value))
    if isinstance(value, (str, bytes)):
        data = value.encode() if isinstance(value, str) else value
        return _control("text", len(data)) + data
    for kind, name in ((Uint16, "uint16"), (Uint32, "uint32"), (Uint64, "uint64")):
        if isinstance(value, kind):
            return _number(name, value)
    raise TypeError(value)


def _bits(prefix):
    network = ipaddress.ip_network(prefix)
    address = int(network.network_address)
    length = network.prefixlen + (96 if network.version == 4 else 0)
    return [address >> (127 - i) & 1 for i in range(length)]


def _insert(tree, bits, offset):
    node = tree[0]
    for bit in bits[:-1]:
        if node[bit] is None:
            tree.append([None, None])
            node[bit] = ("node", len(tree) - 1)
        kind, number = node[bit]
        if kind != "node":
            raise ValueError("a prefix inside another one")
        node = tree[number]
    node[bits[-1]] = ("data", offset)


def _record(entry, nodes):
    if entry is None:
        return nodes
    kind, number = entry
    return number if kind == "node" else nodes + 16 + number


def mmdb_bytes(database_type, records):
    """A database of {prefix: value}; no prefix may hold another one."""
    tree, data, offsets = [[None, None]], b"", {}
    for prefix, value in records.items():
        encoded = encode(value)
        if encoded not in offsets:
            offsets[encoded] = len(data)
            data += encoded
        _insert(tree, _bits(prefix), offsets[encoded])
    nodes = len(tree)
    search = b"".join(struct.pack("!I", _record(entry, nodes))[1:] for node in tree for entry in node)
    metadata = {"binary_format_major_version": Uint16(2), "binary_format_minor_version": Uint16(0),
                "build_epoch": Uint64(1_700_000_000), "database_type": database_type,
                "description": {"en": "made for tests"}, "ip_version": Uint16(6),
                "languages": ["en"], "node_count": Uint32(nodes), "record_size": Uint16(24)}
    return search + b"\0" * 16 + data + MARKER + encode(metadata)
