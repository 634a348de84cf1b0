#!/usr/bin/env python3
"""bridge.py FOLDER HOST:PORT: carries its stdin and stdout to a TCP address, as `ssh -W` does from a bastion.

FOLDER/hosts holds lines "name:port 127.0.0.1:port": what only the far end can resolve. Each dial is noted in
FOLDER/dials."""
import os
import selectors
import socket
import sys


def main(folder, address):
    with open(f"{folder}/dials", "a") as f:
        f.write(address + "\n")
    with open(f"{folder}/hosts") as f:
        known = dict(line.split() for line in f)
    host, port = known.get(address, address).rsplit(":", 1)
    try:
        s = socket.create_connection((host, int(port)), 5)
    except OSError as e:
        sys.exit(f"bridge: {address}: {e.strerror or e}")
    s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    wait = selectors.DefaultSelector()
    wait.register(0, selectors.EVENT_READ)
    wait.register(s, selectors.EVENT_READ)
    while True:
        for key, _ in wait.select():
            if key.fileobj == 0:
                data = os.read(0, 65536)
                if not data:
                    return
                s.sendall(data)
            else:
                data = s.recv(65536)
                if not data:
                    return
                sent = 0
                while sent < len(data):
                    sent += os.write(1, data[sent:])


try:
    main(*sys.argv[1:])
except (BrokenPipeError, ConnectionError):
    pass
