"""One real broker of three is late or frozen, or two are: what the others know keeps coming on its schedule.

    frozen_kafka.py BUILD LAB_DIR HOST:PORT,...

The lab runs already, and no one is hurt in it. The broker that is frozen is the controller and the first bootstrap address; the
one that is late answers through a proxy. Topics have one partition: a row needs one coordinator and one leader.
"""
import os
import re
import signal
import subprocess
import sys
import threading
import time

from fault_proxy import Proxy
from kafka_wire import commit, create

BUILD, LAB, BROKERS = sys.argv[1], sys.argv[2], sys.argv[3].split(",")
IDS = (1, 2, 3)
CYCLE_MS = 2500
# A cycle may start late on a machine that has other things to do. One that waits for the third comes 3 s later, or more.
BUSY_MS = 2000


class Watch:
    """A running kafka_source: what it printed, round by round."""

    def __init__(self, config):
        self.rounds = []
        self.process = subprocess.Popen([f"{BUILD}/tests/brokers/kafka_source", config, "300"], stdin=subprocess.DEVNULL,
                                        stdout=subprocess.PIPE, text=True)
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        lines = []
        for line in self.process.stdout:
            if line == "--\n":
                self.rounds.append(lines)
                lines = []
            else:
                lines.append(line.rstrip("\n"))

    def close(self):
        self.process.terminate()
        return self.process.wait()

    def says(self, start):
        return any(line.startswith(start) for line in (self.rounds[-1] if self.rounds else []))

    @staticmethod
    def ages(lines):
        """(group, topic) -> age of its lag in ms; -1: there is no number."""
        out = {}
        for line in lines:
            words = line.split()
            if words[0] == "group":
                facts = dict(w.split("=", 1) for w in words[3:] if "=" in w)
                out[words[1], words[2]] = float(facts["age_ms"]) if facts["lag"].isdigit() else -1
        return out

    def known(self, rows):
        ages = self.ages(self.rounds[-1]) if self.rounds else {}
        return all(ages.get(r, -1) >= 0 for r in rows)

    def oldest(self, rows, since):
        """The greatest age of these rows in the rounds from that one on; -1: one of them had no number for a while."""
        ages = [seen.get(row, -1) for seen in map(self.ages, self.rounds[since:]) for row in rows]
        return -1 if min(ages) < 0 else max(ages)


class Test:
    def __init__(self):
        self.failed = 0

    def check(self, what, ok, detail=""):
        print(f"{'ok' if ok else 'not ok'} - {what}{'' if ok else f': {detail}'}")
        self.failed += not ok

    def until(self, what, seconds, condition):
        start = time.monotonic()
        while time.monotonic() - start < seconds and not condition():
            time.sleep(0.1)
        self.check(what, condition(), f"not within {seconds} s")
        return time.monotonic() - start


def lab(*words):
    subprocess.run([f"{BUILD}/mqduty-lab", *words, "--dir", LAB], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=True)


def pids():
    out = subprocess.run([f"{BUILD}/mqduty-lab", "status", "--dir", LAB], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                         text=True).stdout
    return {i: int(re.search(rf"kafka-{i} +pid (\d+)", out).group(1)) for i in IDS}


def coordinator(group):
    """Who took a commit of the group in each of the three topics."""
    end = time.monotonic() + 60
    while True:
        errors = [commit(BROKERS, group, f"led-by-{leader}", 0, 0) for leader in IDS]
        by = {e.index(0) + 1 for e in errors if 0 in e}
        if len(by) == 1 and all(0 in e for e in errors):
            return by.pop()
        if time.monotonic() > end:
            sys.exit(f"not ok - {group} has a coordinator: {errors}")
        time.sleep(0.2)


def place(groups):
    """(group, topic) -> the brokers that its lag needs."""
    return {(g, f"led-by-{leader}"): {at, leader} for g in groups for at in [coordinator(g)] for leader in IDS}


def make_groups():
    """Two groups or more for each coordinator."""
    for i in IDS:
        create(BROKERS[0], f"led-by-{i}", [[i]])
    groups, wanted = [], {i: 2 for i in IDS}
    while any(wanted.values()):
        if len(groups) == 100:
            sys.exit(f"not ok - each broker coordinates something: {wanted}")
        groups.append(f"reads-{len(groups)}")
        at = coordinator(groups[-1])
        wanted[at] = max(0, wanted[at] - 1)
    return groups


def config(name, first, mapped, timeout=5):
    path = f"{LAB}/{name}.yaml"
    order = [first] + [i for i in IDS if i != first]
    with open(path, "w", encoding="utf-8") as f:
        f.write(f"interval: {CYCLE_MS // 5}ms\nclusters:\n  - name: orders\n    kind: kafka\n    timeout: {timeout}s\n"
                f"    bootstrap: [{', '.join(BROKERS[i - 1] for i in order)}]\n    address_map: {{{mapped}}}\n")
    return path


def controller():
    w = Watch(config("find", 1, ""))
    try:
        end = time.monotonic() + 30
        while time.monotonic() < end:
            for line in w.rounds[-1] if w.rounds else []:
                if line.startswith("cluster") and "controller=broker-" in line:
                    return int(line.split("controller=broker-")[1].split()[0])
            time.sleep(0.1)
        sys.exit("not ok - a controller is known")
    finally:
        w.close()


def go_on(pid):
    for p in pid.values():
        try:
            os.kill(p, signal.SIGCONT)
        except ProcessLookupError:
            pass  # it was killed


def main(pid):
    t = Test()
    groups = make_groups()
    rows = place(groups)
    x = controller()
    y, z = (i for i in IDS if i != x)
    proxy = Proxy(int(BROKERS[y - 1].rsplit(":", 1)[1]))
    path = config("frozen", x, f'"{BROKERS[y - 1]}": "127.0.0.1:{proxy.port}"')
    without = {i: [r for r, needs in rows.items() if i not in needs] for i in IDS}
    alone = [r for r, needs in rows.items() if needs == {z}]
    w = Watch(path)
    t.until("all is known", 60, lambda: w.known(rows))
    at = len(w.rounds)
    t.until("watched", 60, lambda: len(w.rounds) > at + 10)
    before = w.oldest(rows, at)
    limit = before + BUSY_MS
    t.check(f"all is well: {before:.0f} ms at most", 0 <= before <= CYCLE_MS + 60 + BUSY_MS, before)

    def fresh():
        return 0 <= w.oldest(rows, len(w.rounds) - 1) <= limit

    def kept(what, some, since):
        most = w.oldest(some, since)
        t.check(f"{what}: {len(some)} rows of the others are {most:.0f} ms old at most", 0 <= most <= limit, f"{limit} ms")

    at = len(w.rounds)
    proxy.set("late")
    t.until("late: watched", 60, lambda: len(w.rounds) > at + 16)
    kept("late", without[y], at)
    t.check("late: it is up", w.says(f"broker {y} up=1 "))
    proxy.set("pass")
    t.until("late no more: all is fresh", 60, fresh)

    at = len(w.rounds)
    os.kill(pid[x], signal.SIGSTOP)
    t.until("frozen: known", 60, lambda: w.says(f"broker {x} up=0 state=HUNG"))
    cold = Watch(config("cold", x, "", 20))
    took = t.until("frozen from the start: the others' numbers are there", 60, lambda: cold.known(without[x]))
    t.check(f"frozen from the start: after {took:.1f} s", not cold.says(f"broker {x} up=0 state=HUNG"), "not before the time-out")
    cold.close()
    t.until("frozen: what it alone knew is not known", 60, lambda: not w.known(r for r in rows if r not in without[x]))
    kept("frozen", without[x], at)

    at = len(w.rounds)
    os.kill(pid[y], signal.SIGSTOP)
    t.until("two frozen: known", 60, lambda: w.says(f"broker {y} up=0 state=HUNG"))
    kept("two frozen", alone, at)
    go_on(pid)
    t.until("going on: all is fresh", 90, fresh)

    at, rows = len(w.rounds), place(groups)
    lab("fault", "kafka-broker-down", str(y))
    t.until("killed: known", 60, lambda: w.says(f"broker {y} up=0 state=down: "))
    t.until("killed: watched", 60, lambda: len(w.rounds) > at + 10)
    kept("killed", [r for r, needs in rows.items() if y not in needs], at)
    lab("heal")
    t.check("mqduty runs still", w.process.poll() is None)
    w.close()
    return t.failed


sys.stdout.reconfigure(line_buffering=True)
pid = pids()
try:
    failed = main(pid)
finally:
    go_on(pid)
os._exit(1 if failed else 0)
