"""A TCP proxy of 127.0.0.1 that does to a good broker's connections what networks and sick hosts do.

    p = Proxy(target_port); p.port; p.set("slow"); p.set("pass"); p.retarget(other_port)

pass      everything goes through
down      nobody listens, what was open is reset
frozen    connections are taken and nothing goes through them
half-open the peer has gone without a word: nothing goes through, and no new connection is answered
slow      each piece of a reply comes 5 s late, and keeps what follows it waiting
late      each piece of a reply comes 3 s late
lag       each piece of a reply comes 0.1 s late
slices    each reply comes one byte at a time
rst       each reply is cut in its middle by a reset
"""
import select
import socket
import struct
import threading
import time

STILL = ("frozen", "half-open")
LATE_BY = {"late": 3, "lag": 0.1}


def reset(s):
    try:
        s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    except OSError:
        pass
    s.close()


class Proxy:
    def __init__(self, target):
        self.target, self.mode, self.turn, self.fillers = target, "pass", 0, []
        self.listener, self.port = None, 0
        self.listen()
        threading.Thread(target=self.accept_all, daemon=True).start()

    def listen(self):
        s = socket.socket()
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        s.bind(("127.0.0.1", self.port))
        s.listen(128)
        self.port = s.getsockname()[1]
        self.listener = s

    def set(self, mode):
        if mode == "half-open":
            self.fill()
        for f in self.fillers if mode != "half-open" else []:
            reset(f)
        if mode == "down" and self.listener:
            self.listener.close()
            self.listener = None
        elif mode != "down" and not self.listener:
            self.listen()
        if mode == "pass" and self.mode == "half-open":
            self.listener.listen(128)
        # What was open under the other mode goes, unless it is to hang from now on.
        if mode not in STILL and self.mode != "late" and not (self.mode == "pass" and mode in ("slow", "late", "slices", "rst")):
            self.turn += 1
        self.mode = mode

    def retarget(self, target):
        self.target = target
        self.turn += 1

    def fill(self):
        """A queue that is full: Linux then leaves every SYN unanswered."""
        self.mode = "half-open"
        self.listener.listen(0)
        for _ in range(4):
            s = socket.socket()
            s.setblocking(False)
            s.connect_ex(("127.0.0.1", self.port))
            self.fillers.append(s)

    def accept_all(self):
        while True:
            listener = self.listener
            if not listener or self.mode in STILL:
                time.sleep(0.02)
                continue
            try:
                if not select.select([listener], [], [], 0.05)[0] or self.mode in STILL:
                    continue
                client = listener.accept()[0]
            except (OSError, ValueError):
                continue
            threading.Thread(target=self.serve, args=(client,), daemon=True).start()

    def serve(self, client):
        turn, line = self.turn, []
        try:
            server = socket.create_connection(("127.0.0.1", self.target), 5)
        except OSError:
            reset(client)
            return
        for s in (client, server):
            s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            while turn == self.turn and self.step(client, server, turn, line):
                pass
        except OSError:
            pass
        # After a change of the mode what was open is broken off; else it ends as the peer ended it.
        for s in (client, server):
            reset(s) if turn != self.turn or self.mode == "rst" else s.close()

    def step(self, client, server, turn, line):
        if self.mode in STILL:
            time.sleep(0.05)
            return True
        while line and line[0][0] <= time.monotonic():
            client.sendall(line.pop(0)[1])
        due = line[0][0] - time.monotonic() if line else 0.05
        for s in select.select([client, server], [], [], min(max(due, 0), 0.05))[0]:
            data = s.recv(65536)
            if not data:
                return False
            if s is client:
                server.sendall(data)
            elif self.mode in LATE_BY or line:
                line.append((time.monotonic() + LATE_BY.get(self.mode, 0), data))
            elif not self.reply(client, data, turn):
                return False
        return True

    def reply(self, client, data, turn):
        if self.mode == "slow":
            end = time.monotonic() + 5
            while time.monotonic() < end and turn == self.turn:
                time.sleep(0.05)
        elif self.mode == "slices":
            for i in range(len(data)):
                client.sendall(data[i:i + 1])
            return True
        elif self.mode == "rst":
            client.sendall(data[:(len(data) + 1) // 2])
            return False
        client.sendall(data)
        return True
