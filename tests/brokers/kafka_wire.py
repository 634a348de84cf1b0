"""What the tests ask real Kafka for by themselves, because Apache's own tools take seconds to start or refuse it."""
import socket
import struct

NOT_COORDINATOR = 16


def text(s):
    s = s.encode()
    return struct.pack(">h", len(s)) + s


def ask(address, api, version, body):
    """One request; the reply without its header."""
    host, port = address.rsplit(":", 1)
    request = struct.pack(">hhi", api, version, 1) + text("mqduty-test") + body
    with socket.create_connection((host, int(port)), 10) as s:
        s.settimeout(30)
        s.sendall(struct.pack(">i", len(request)) + request)
        f = s.makefile("rb")
        return f.read(struct.unpack(">i", f.read(4))[0])[4:]


def commit(brokers, group, topic, partition, offset):
    """Commits for a group that has no members (OffsetCommit v2); the errors of the brokers, of which one coordinates it."""
    body = (text(group) + struct.pack(">i", -1) + text("") + struct.pack(">qi", -1, 1) + text(topic) +
            struct.pack(">iiqh", 1, partition, offset, -1))
    return [struct.unpack(">h", ask(b, 8, 2, body)[-2:])[0] for b in brokers]


def create(broker, topic, replicas):
    """A topic with a partition on each of these lists of brokers (CreateTopics v2); Kafka's error, 0: there."""
    body = struct.pack(">i", 1) + text(topic) + struct.pack(">ihi", -1, -1, len(replicas))
    for i, on in enumerate(replicas):
        body += struct.pack(f">ii{len(on)}i", i, len(on), *on)
    body += struct.pack(">iib", 0, 20000, 0)
    reply = ask(broker, 19, 2, body)
    return struct.unpack_from(">h", reply, 4 + 4 + 2 + len(topic.encode()))[0]
