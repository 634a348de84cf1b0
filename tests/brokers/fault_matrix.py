"""The table of t_fault_matrix and its judge: fault_matrix.py BUILD WORK NAME=PORT...

Every pair of family and fault is a cluster of one configuration. Those of the wire begin well, go bad all at once
through a proxy, and are healed; the others are bad from the start.
"""
import json
import os
import re
import select
import shutil
import socket
import subprocess
import sys
import threading
import time

from fault_proxy import Proxy
from follow import Follow

BUILD, WORK = sys.argv[1:3]
PORT = {k: int(v) for k, v in (a.split("=") for a in sys.argv[3:])}
CERTS = f"{WORK}/certs"
RSS_MAX_KB = 96 * 1024
FAMILIES = ("kafka", "nats", "mqtt")

# What is read on the broken one, while it is broken.
WIRE = {
    "down": r"down: .*refused|^down for .*refused",
    "frozen": r"HUNG: TCP .* API silent",
    "half-open": r"unreachable|HUNG: no TCP|timed out",
    "slow": r"HUNG: TCP .* API silent",
    "rst": r"reset|broke the connection off|closed by|but ends them instead of answering",
    "slices": None,  # slow to read, and nothing wrong with it
    "new-id": None,  # well again at once, with an event
}
NEW_ID = {"kafka": "another cluster answers", "nats": "answers at .* instead of n-well", "mqtt": "restarted"}


def static():
    """name -> (kind, lines of its configuration, words, whether its broker counts as up)."""
    ca = f"ssl.ca.location: {CERTS}/ca.pem"
    scram = f"properties: {{security.protocol: SASL_SSL, sasl.mechanism: SCRAM-SHA-512, sasl.username: %s, {ca}}}"
    kafka = PORT["kafka_sasl"]
    monitor = "monitor: [\"http://127.0.0.1:%d\"]" % PORT["n_well"]
    system = f"system: {{url: \"nats://127.0.0.1:{PORT['n_well_client']}\", user: %s, password_env: %s}}"
    tls = f"tls: {{ca: {CERTS}/ca.pem}}"
    rows = {
        "kafka-tls-expired": ("kafka", [f"bootstrap: [\"127.0.0.1:{PORT['kafka_old']}\"]",
                                        f"properties: {{security.protocol: SSL, {ca}}}"],
                              r"TLS: the certificate of 127\.0\.0\.1 expired on "),
        "kafka-wrong-host": ("kafka", [f"bootstrap: [\"localhost:{kafka}\"]", scram % "duty", "password_env: MQ_TEST_PW"],
                             r"TLS: the certificate is for 127\.0\.0\.1, not for localhost"),
        "kafka-wrong-password": ("kafka", [f"bootstrap: [\"127.0.0.1:{kafka}\"]", scram % "duty",
                                           "password_env: MQ_TEST_WRONG"], r"auth: the broker refused user 'duty'"),
        "kafka-missing-acl": ("kafka", [f"bootstrap: [\"127.0.0.1:{kafka}\"]", scram % "poor",
                                        "password_env: MQ_TEST_POOR"], r"DESCRIBE on "),
        # Kerberos: a listener that does not take it, and none at all. The rest of it is in t_kafka_security.
        "kafka-gssapi-refused": ("kafka", [f"bootstrap: [\"127.0.0.1:{PORT['kafka_login']}\"]",
                                      "properties: {security.protocol: SASL_PLAINTEXT, sasl.mechanism: GSSAPI}"],
                            r"auth: the broker does not take GSSAPI; it takes "),
        "kafka-gssapi-down": ("kafka", [f"bootstrap: [\"127.0.0.1:{PORT['closed']}\"]",
                                        "properties: {security.protocol: SASL_PLAINTEXT, sasl.mechanism: GSSAPI}"],
                              r"down: refused"),
        "kafka-dns-hole": ("kafka", ["bootstrap: [\"kafka.hole.test:9092\"]"], r"dns: no answer"),
        "nats-tls-expired": ("nats", [f"monitor: [\"https://127.0.0.1:{PORT['n_old']}\"]", tls],
                             r"TLS: the certificate of 127\.0\.0\.1:\d+ expired on "),
        "nats-wrong-host": ("nats", [f"monitor: [\"https://localhost:{PORT['n_tls']}\"]", tls],
                            r"TLS with .*does not match|TLS with .*no alternative certificate subject name matches.*localhost"),
        "nats-wrong-password": ("nats", [monitor, system % ("root", "MQ_TEST_WRONG")], r"auth: "),
        "nats-missing-acl": ("nats", [monitor, system % ("poor", "MQ_TEST_PW")], r"publish \$SYS\.REQ\.SERVER"),
        "nats-dns-hole": ("nats", ["monitor: [\"http://nats.hole.test:8222\"]"], r"dns: no answer"),
        "mqtt-tls-expired": ("mqtt", [f"url: mqtts://127.0.0.1:{PORT['mqtt_old']}", tls],
                             r"TLS: the certificate of 127\.0\.0\.1 expired on "),
        "mqtt-wrong-host": ("mqtt", [f"url: mqtts://localhost:{PORT['mqtt_tls']}", tls],
                            r"TLS: the certificate is for 127\.0\.0\.1, not for localhost"),
        "mqtt-wrong-password": ("mqtt", [f"url: mqtt://127.0.0.1:{PORT['mqtt_login']}", "username: duty",
                                         "password_env: MQ_TEST_WRONG"], r"auth: "),
        "mqtt-missing-acl": ("mqtt", [f"url: mqtt://127.0.0.1:{PORT['mqtt_acl']}"], r"topic read \$SYS/#"),
        "mqtt-dns-hole": ("mqtt", ["url: mqtt://mqtt.hole.test:1883"], r"dns: no answer"),
    }
    if "mqtt_full" not in PORT:
        return {n: row for n, row in rows.items() if not n.endswith("dns-hole")}
    rows["kafka-disk-full"] = ("kafka", [f"bootstrap: [\"127.0.0.1:{PORT['kafka']}\"]"], r"^offline: KAFKA_STORAGE_ERROR")
    # Neither server tells by its protocol: nats-server 2.15 goes on and logs it, mosquitto 2.0 does not even log it.
    rows["nats-disk-full"] = ("nats", [f"monitor: [\"http://127.0.0.1:{PORT['n_full']}\"]",
                                       f"logs: [{{broker: n-full, path: {WORK}/n-full/log}}]",
                                       f"disk: [{{broker: n-full, path: {WORK}/full-nats, local: true}}]"],
                              r"no space left on device")
    rows["mqtt-disk-full"] = ("mqtt", [f"url: mqtt://127.0.0.1:{PORT['mqtt_full']}",
                                       f"disk: [{{broker: mqtt-disk-full, path: {WORK}/full-mqtt, local: true}}]"], None)
    return rows


def fill_kafka():
    """Records until the small one of the two log dirs is full: some topics lie in it."""
    with open(f"{WORK}/filler", "w", encoding="utf-8") as f:
        f.write(("x" * 900000 + "\n") * 16)
    for i in range(4):
        subprocess.run(["timeout", "15", "kcat", "-P", "-b", f"127.0.0.1:{PORT['kafka']}", "-t", f"filler-{i}", "-X",
                        "message.timeout.ms=8000", "-l", f"{WORK}/filler"], stdin=subprocess.DEVNULL,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def fill_nats():
    with socket.create_connection(("127.0.0.1", PORT["n_full_client"]), 5) as s:
        stream = b'{"name": "FULL", "subjects": ["full"], "storage": "file"}'
        s.sendall(b"CONNECT {\"verbose\": false}\r\nPUB $JS.API.STREAM.CREATE.FULL answers %d\r\n%s\r\n" % (len(stream), stream))
        time.sleep(0.5)
        for _ in range(8):
            s.sendall(b"PUB full 500000\r\n" + b"x" * 500000 + b"\r\n")
        s.sendall(b"PING\r\n")
        s.settimeout(5)
        while b"PONG" not in s.recv(65536):
            pass


def fill_mqtt():
    """Retained messages, which mosquitto wants to save every second."""
    with open(f"{WORK}/full-mqtt/filler", "wb", buffering=0) as f:
        try:
            f.write(b"x" * 65536)
        except OSError:
            pass
    with socket.create_connection(("127.0.0.1", PORT["mqtt_full"]), 5) as s:
        s.sendall(b"\x10\x0e\x00\x04MQTT\x04\x02\x00\x3c\x00\x02fm")
        s.recv(4)
        for i in range(20):
            body = b"\x00\x06full/%c" % (65 + i) + b"x" * 100
            s.sendall(b"\x31" + bytes([len(body)]) + body)
        time.sleep(0.2)


def deaf_name_server():
    """Takes every question and answers none."""
    address = os.environ.get("MQ_DNS_HOLE")
    if not address:
        return None
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.bind((address, 53))
    return s


def start_other_mosquitto():
    path = os.environ["PATH"] + ":/usr/sbin"
    p = subprocess.Popen(["mosquitto", "-c", f"{WORK}/m-other/mosquitto.conf"], env=dict(os.environ, PATH=path),
                         stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    for _ in range(100):
        try:
            socket.create_connection(("127.0.0.1", PORT["mqtt_other"]), 1).close()
            break
        except OSError:
            time.sleep(0.05)
    return p


def lines_to(kind, port):
    """How a cluster is reached through the proxy at a port."""
    if kind == "kafka":
        both = ", ".join(f"\"127.0.0.1:{PORT[k]}\": \"127.0.0.1:{port}\"" for k in ("kafka", "kafka_other"))
        return [f"bootstrap: [\"127.0.0.1:{PORT['kafka']}\"]", f"address_map: {{{both}}}"]
    if kind == "nats":
        return [f"monitor: [\"http://127.0.0.1:{port}\"]", "memory_limit: 512MiB"]
    return [f"url: mqtt://127.0.0.1:{port}", "max_connections: 100"]


DIRECT = {"kafka": "kafka", "nats": "n_well", "mqtt": "mqtt"}
OTHER = {"kafka": "kafka_other", "nats": "n_other", "mqtt": "mqtt_other"}


class Canary:
    """mqduty-canary through a good MQTT broker, beside one whose name server never answers and with a web proxy set."""

    def __init__(self):
        config = f"{WORK}/canary.yaml"
        with open(config, "w", encoding="utf-8") as f:
            f.write(f"state_dir: {WORK}/canary\nclusters:\n")
            for name, host, port in (("hole", "mqtt.hole.test", 1883), ("well", "localhost", PORT["mqtt"])):
                f.write(f"  - name: {name}\n    kind: mqtt\n    url: mqtt://{host}:{port}\n"
                        "    canary: {topic: canary, every: 500ms}\n")
        os.makedirs(f"{WORK}/canary")
        self.process = subprocess.Popen([f"{BUILD}/mqduty-canary", "-c", config, "--for", "15"], stdin=subprocess.DEVNULL,
                                        env=dict(os.environ, http_proxy="http://127.0.0.1:1"))

    def figures(self):
        self.process.wait(30)
        text = ""
        for name in ("hole", "well"):
            with open(f"{WORK}/canary/canary-{name}.prom", encoding="utf-8") as f:
                text += f.read()
        return text


class Matrix:
    def __init__(self):
        self.failed = 0
        self.dns = deaf_name_server()
        self.bad = static()
        self.proxies = {f"{k}-{f}": Proxy(PORT[DIRECT[k]]) for k in FAMILIES for f in WIRE}
        self.wells = [f"{k}-well" for k in FAMILIES]
        self.lost = {}
        path = f"{WORK}/matrix.yaml"
        with open(path, "w", encoding="utf-8") as f:
            f.write(f"state_dir: {WORK}/state\ninterval: 1s\nclusters:\n")
            for name, lines in self.clusters():
                f.write(f"  - name: {name}\n    kind: {name.split('-')[0]}\n    timeout: 2s\n")
                f.writelines(f"    {line}\n" for line in lines)
        self.follow = Follow(f"{BUILD}/mqduty", path, f"{WORK}/matrix.frames")

    def clusters(self):
        for k in FAMILIES:
            yield f"{k}-well", lines_to(k, PORT[DIRECT[k]])[:1]
        for name, p in self.proxies.items():
            yield name, lines_to(name.split("-")[0], p.port)
        for name, (_, lines, _) in self.bad.items():
            yield name, lines

    def check(self, ok, what, detail=""):
        print(f"{'ok' if ok else 'not ok'} - {what}{'' if ok else f': {detail}'}")
        self.failed += not ok

    def texts(self, cluster):
        """Everything that is said of a cluster and its brokers, with the reasons of what is not known."""
        out = [r.get(k) for r in self.follow.rows(cluster, "cluster") + self.follow.rows(cluster, "brokers")
               for k in ("trouble", "state")]
        out += [r.get("last_error") for r in self.follow.rows(cluster, "logs")]
        for section in self.follow.sections.get(cluster, {}).values():
            for row in section.get("rows", []) + [{"listing": section.get("listing")}]:
                out += [row.get("state"), row.get("trouble")]
                out += [v[4] for v in list(row.values()) + list((row.get("metrics") or {}).values())
                        if isinstance(v, list) and len(v) > 4]
        return [t for t in out if isinstance(t, str)]

    def live(self, cluster):
        """Reached, its broker up, and both measured fresh."""
        facts, brokers = self.follow.rows(cluster, "cluster"), self.follow.rows(cluster, "brokers")
        if not facts or not brokers:
            return False
        values = [facts[0]["reachable"]] + [b["up"] for b in brokers] + [b["version"] for b in brokers]
        return all(v[0] not in (None, False) and self.follow.quality(v) == "ok" for v in values)

    def full(self, cluster):
        return any(isinstance(d["percent"][0], (int, float)) and d["percent"][0] > 90 and
                   self.follow.quality(d["percent"]) == "ok" for d in self.follow.rows(cluster, "disk"))

    def says(self, cluster, words):
        return words is None or any(re.search(words, t) for t in self.texts(cluster))

    def event(self, cluster, words):
        return any(e.get("cluster") == cluster and re.search(words, e.get("text", "")) for e in self.follow.events)

    def wait(self, what, seconds, conditions):
        """conditions: name -> function. All of them in time, each told by itself; those who are well are watched."""
        start, open_ = time.monotonic(), dict(conditions)
        took, said = {}, {}
        while open_ and time.monotonic() - start < seconds:
            self.follow.read()
            for name in [n for n, c in open_.items() if c()]:
                took[name] = time.monotonic() - start
                said[name] = (self.texts(name) or [""])[0]
                del open_[name]
            self.watch_the_well()
            time.sleep(0.1)
        for name in conditions:
            self.check(name in took, f"{name}: {what}" + (f" ({took[name]:.0f} s): {said[name]}" if name in took else ""),
                       f"not within {seconds} s; it says {list(dict.fromkeys(self.texts(name)))[:5]}")

    def watch_the_well(self):
        for name in self.wells:
            if self.follow.rows(name, "brokers") and not self.live(name) and self.watching:
                self.lost.setdefault(name, self.texts(name)[:3])

    def check_volumes(self):
        """Two log dirs of the broker on one volume are one volume; one that is offline takes nothing from the others."""
        rows = [r for r in self.follow.rows("kafka-well", "disk") if f"{WORK}/kafka/data" in r["path"]]
        both = len(rows) == 1 and f"{WORK}/kafka/more" in rows[0]["path"]
        self.check(both, "two log dirs on one volume are one row", rows)
        total = shutil.disk_usage(WORK).total
        self.check(both and rows[0]["total_bytes"][:2] == [total, "ok"], "of the size that df tells", rows)
        if "kafka-disk-full" in self.bad:
            off = [r for r in self.follow.rows("kafka-well", "disk") if r["path"] == f"{WORK}/full-kafka"]
            self.check(len(off) == 1 and self.follow.quality(off[0]["percent"]) == "error", "one that is offline has no size", off)

    def check_latency(self):
        """A round trip means the same in all families: they show what the network adds."""
        path = f"{WORK}/latency.yaml"
        with open(path, "w", encoding="utf-8") as f:
            f.write(f"state_dir: {WORK}/latency\nclusters:\n")
            for k in FAMILIES:
                proxy = self.proxies[f"{k}-slices"]
                proxy.set("lag")
                f.write(f"  - name: {k}\n    kind: {k}\n    timeout: 5s\n")
                f.writelines(f"    {line}\n" for line in lines_to(k, proxy.port))
        said = subprocess.run([f"{BUILD}/mqduty", "check", "-c", path, "--format", "json", "--deadline", "30s"],
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, timeout=60).stdout
        for c in json.loads(said)["clusters"]:
            rtt = [c["brokers"][0][f"rtt_p{p}_ms"]["value"] for p in (50, 95, 99)]
            self.check(None not in rtt and 100 <= rtt[0] < 200 and rtt == sorted(rtt),
                       f"{c['name']}: 0.1 s of the network is 0.1 s of latency: {rtt}", c["brokers"][0])

    def run(self):
        self.watching = False
        wire = list(self.proxies)
        canary = Canary() if self.dns else None
        self.wait("live", 40, {n: lambda n=n: self.live(n) for n in self.wells + wire})
        self.watching = True
        for fill in (fill_kafka, fill_nats, fill_mqtt) if "mqtt_full" in PORT else ():
            threading.Thread(target=fill, daemon=True).start()
        self.wait("says what is wrong", 30, {n: lambda n=n, w=w: self.says(n, w) for n, (_, _, w) in self.bad.items()
                                             if not n.endswith("full")})
        other = start_other_mosquitto()
        for name, p in self.proxies.items():
            if name.endswith("new-id"):
                p.retarget(PORT[OTHER[name.split("-")[0]]])
            else:
                p.set(name.split("-", 1)[1])
        broken = {n: WIRE[n.split("-", 1)[1]] for n in wire if WIRE[n.split("-", 1)[1]]}
        conditions = {n: lambda n=n, w=w: self.says(n, w) and not self.live(n) for n, w in broken.items()}
        for n, (kind, _, w) in self.bad.items():
            if n.endswith("full"):
                conditions[n] = lambda n=n, w=w, k=kind: self.says(n, w) and (k == "kafka" or self.full(n))
        self.wait("says what is wrong", 60, conditions)
        self.check_volumes()
        for name in self.bad:
            self.check(not any("battery" in t or "no rights" in t for t in self.texts(name)), f"{name}: no password is told")
        self.wait("is live, in slices", 20, {n: lambda n=n: self.live(n) for n in wire if n.endswith("slices")})
        new = [n for n in wire if n.endswith("new-id")]
        self.wait("is live, with another id", 30, {n: lambda n=n: self.live(n) for n in new})
        self.wait("tells that it is another", 10, {n: lambda n=n: self.event(n, NEW_ID[n.split("-")[0]]) for n in new})
        for p in self.proxies.values():
            p.set("pass")
        self.wait("is healed", 60, {n: lambda n=n: self.live(n) for n in broken})
        self.check_latency()
        for name in self.wells:
            self.check(name not in self.lost, f"{name}: live all the time", self.lost.get(name))
        with open(f"/proc/{self.follow.process.pid}/status", encoding="utf-8") as f:
            rss = int(re.search(r"VmHWM:\s*(\d+)", f.read()).group(1))
        self.check(rss < RSS_MAX_KB, f"{rss // 1024} MB resident at most, {len(list(self.clusters()))} clusters")
        if self.dns:
            said = canary.figures()
            self.check(re.search(r'samples\{cluster="well",[^}]*\} [1-9]', said) and re.search(r'hole".*why="dns: ', said),
                       "the canary flies beside a name that nobody answers for", said)
            self.check(select.select([self.dns], [], [], 0)[0], "the name server that does not answer was asked")
        self.check(self.follow.close() == 0, "mqduty ends when it is asked to")
        other.terminate()
        other.wait(10)
        return self.failed


sys.stdout.reconfigure(line_buffering=True)
start = time.monotonic()
failed = Matrix().run()
print(f"{failed} failed, {time.monotonic() - start:.0f} s")
os._exit(1 if failed else 0)
