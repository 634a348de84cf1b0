"""Commits an offset for a group that has no members, whatever it is: Apache's own tool clamps it to the end.

    commit_offset.py HOST:PORT,... GROUP TOPIC PARTITION OFFSET
"""
import socket
import struct
import sys

NOT_COORDINATOR = 16


def text(s):
    return struct.pack(">h", len(s)) + s.encode()


def ask(address, body):
    """An OffsetCommit v2; the error of its one partition."""
    host, port = address.rsplit(":", 1)
    request = struct.pack(">hhi", 8, 2, 1) + text("commit_offset") + body
    with socket.create_connection((host, int(port)), 10) as s:
        s.sendall(struct.pack(">i", len(request)) + request)
        f = s.makefile("rb")
        size = struct.unpack(">i", f.read(4))[0]
        return struct.unpack(">h", f.read(size)[-2:])[0]


brokers, group, topic, partition, offset = sys.argv[1:]
BODY = (text(group) + struct.pack(">i", -1) + text("") + struct.pack(">q", -1) + struct.pack(">i", 1) + text(topic) +
        struct.pack(">iiqh", 1, int(partition), int(offset), -1))
errors = [ask(b, BODY) for b in brokers.split(",")]
print("errors of the brokers, 16 from those who do not coordinate it:", errors)
sys.exit(0 if 0 in errors else 1)
