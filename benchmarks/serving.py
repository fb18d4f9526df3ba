"""A freshly started app to measure: its address, its process, its memory."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

ROOT = Path(__file__).resolve().parent.parent


class Served:
    """The app in a process of its own. `log` is what it has printed so far."""

    def __init__(self, environment: dict[str, str] | None = None, folder: Path = ROOT) -> None:
        self.begin = time.perf_counter()
        self.log: list[str] = []
        self._process = subprocess.Popen(
            [sys.executable, "-u", "app.py"],
            cwd=folder,
            env=os.environ | (environment or {}),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        )
        self.pid = self._process.pid
        threading.Thread(target=self._read, daemon=True).start()
        self.url = self._address()

    def _read(self) -> None:
        assert self._process.stdout
        self.log.extend(self._process.stdout)

    def _address(self) -> str:
        while self.alive:
            found = re.search(r"http://[\d.]+:\d+", "".join(self.log[:20]))
            if found:
                return found.group().replace("0.0.0.0", "127.0.0.1")
            time.sleep(0.05)
        raise RuntimeError("the app ended without an address:\n" + "".join(self.log[-20:]))

    @property
    def alive(self) -> bool:
        """Whether the process runs."""
        return self._process.poll() is None

    @property
    def seconds(self) -> float:
        """Seconds since the start."""
        return time.perf_counter() - self.begin

    def first_page(self) -> float:
        """Seconds from the start to the whole first page."""
        while True:
            try:
                with urlopen(self.url) as reply:
                    reply.read()
                return self.seconds
            except URLError:
                time.sleep(0.05)

    def stop(self) -> None:
        """End the app and wait for it."""
        self._process.terminate()
        try:
            self._process.wait(60)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


@contextmanager
def served(environment: dict[str, str] | None = None, folder: Path = ROOT) -> Iterator[Served]:
    """The app in `folder`, with `environment` on top of this one; ended at the end."""
    app = Served(environment, folder)
    try:
        yield app
    finally:
        app.stop()


def resident_mb(pid: int) -> float:
    """Megabytes (of 1,000,000 bytes) that process `pid` holds in memory."""
    found = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    assert found
    return int(found.group(1)) * 1024 / 1e6
