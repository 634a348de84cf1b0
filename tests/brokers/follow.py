"""What a running `mqduty record` has written so far, as one picture.

A value in a recording is [number, quality, measured-at, period, reason]; times are nanoseconds of the boot clock.
"""
import json
import os
import signal
import subprocess
import time


class Follow:
    def __init__(self, mqduty, config, path):
        self.path = path
        open(path, "w").close()
        self.process = subprocess.Popen([mqduty, "-c", config, "record", path], stdin=subprocess.DEVNULL)
        self.file = open(path, encoding="utf-8")
        self.rest = ""
        self.sections = {}
        self.judgement = {}
        self.boot = 0
        self.frames = 0
        self.events = []

    def close(self):
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(30)

    def read(self):
        """Takes in the lines that have come since."""
        if self.process.poll() is not None:
            raise AssertionError(f"mqduty record ended with {self.process.returncode}")
        *lines, self.rest = (self.rest + self.file.read()).split("\n")
        for line in lines:
            frame = json.loads(line)
            if "clusters" not in frame:
                continue
            self.frames += 1
            self.boot = frame["boot"]
            for c in frame["clusters"]:
                self.sections.setdefault(c["name"], {}).update(c["sections"])
            self.judgement = frame["judgement"]
            if "events" in frame:
                self.events = frame["events"]["rows"]

    def rows(self, cluster, section):
        return self.sections.get(cluster, {}).get(section, {}).get("rows", [])

    def broker(self, cluster, name):
        for row in self.rows(cluster, "brokers"):
            if row["name"] == name:
                return row
        return None

    def alert(self, name, cluster):
        for a in self.judgement.get("alerts", []):
            if a["name"] == name and a["cluster"] == cluster:
                return a
        return None

    def quality(self, value):
        """Of a value now: fresh for max(3 periods, period + 15 s), as the design says."""
        number, quality, at, period = (value + [0, 0])[:4]
        if quality in ("ok", "partial") and period and self.boot - at > max(3 * period, period + 15 * 10**9):
            return "stale"
        return quality

    def until(self, what, seconds, condition):
        """Waits for the condition; returns how long it took."""
        start = time.monotonic()
        while time.monotonic() - start < seconds:
            self.read()
            if condition():
                return time.monotonic() - start
            time.sleep(0.1)
        raise AssertionError(f"not within {seconds:.0f} s: {what}")


class Lab:
    def __init__(self, build, directory, *options):
        self.lab = os.path.join(build, "mqduty-lab")
        self.dir = directory
        out = subprocess.run([self.lab, "up", "--dir", directory, *options], stdin=subprocess.DEVNULL,
                             stdout=subprocess.PIPE, check=True, text=True).stdout
        self.config = out.strip().split("\n")[-1]

    def __call__(self, *words):
        subprocess.run([self.lab, *words, "--dir", self.dir], stdin=subprocess.DEVNULL,
                       stdout=subprocess.DEVNULL, check=True)

    def status(self):
        return subprocess.run([self.lab, "status", "--dir", self.dir], stdout=subprocess.PIPE, text=True).stdout
