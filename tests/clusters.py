"""What the tests of Ray have in common: when they run, what they send, how clusters start and answers compare."""

from __future__ import annotations

import copy
import importlib.util
import socket
import subprocess
import time
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

MARKS = [
    pytest.mark.ray,
    pytest.mark.timeout(600),
    pytest.mark.skipif(importlib.util.find_spec("ray") is None, reason="deploy/ray/requirements.txt"),
]
ROOT = Path(__file__).resolve().parent.parent
CONFIG = ROOT / "deploy" / "ray" / "config.yaml"
TEXT = "雷军毕业于武汉大学。《战狼2》是由吴京执导的动作电影。"


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def small(port: int) -> dict[str, Any]:
    """The shipped configuration for two cores: six tasks, two workers for triples."""
    config: dict[str, Any] = yaml.safe_load(CONFIG.read_text(encoding="utf-8"))
    config["http_options"]["port"] = port
    for app in config["applications"]:
        least = 2 if app["name"] == "triples" else 1
        # A copy: the applications share what the file says once.
        models = copy.deepcopy(app["deployments"][0])
        models["ray_actor_options"] = {"num_cpus": 0.25}
        models["autoscaling_config"] |= {"min_replicas": least, "max_replicas": least}
        app["deployments"] = [models]
    return config


def wait_for(happens: Any, alive: list[subprocess.Popen[bytes]], seconds: float = 300) -> None:
    deadline = time.monotonic() + seconds
    while not happens():
        assert time.monotonic() < deadline
        assert all(process.poll() is None for process in alive)
        time.sleep(0.3)


def listens(port: int) -> bool:
    with socket.socket() as trying:
        return trying.connect_ex(("127.0.0.1", port)) == 0


def ready(url: str) -> bool:
    try:
        return httpx.get(url, timeout=10).status_code == 200
    except httpx.HTTPError:
        return False


def close(a: Any, b: Any) -> bool:
    """Equal, but for the last digits: sentences in another batch are padded otherwise."""
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(close(a[k], b[k]) for k in a if k not in ("seconds", "milliseconds"))
    if isinstance(a, list | tuple) and isinstance(b, list | tuple):
        return len(a) == len(b) and all(map(close, a, b))
    if isinstance(a, float) and isinstance(b, float):
        return a == pytest.approx(b, abs=2e-3)
    return bool(a == b)
