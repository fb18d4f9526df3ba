"""The guard that keeps the test server off the network does keep it off, or its silence would prove nothing."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

GUARD = Path(__file__).parent / "offline_server.py"

# 192.0.2.1 is reserved for documentation (RFC 5737): nobody is there, and nothing is sent.
PROGRAM = """
import socket
for attempt in (
    lambda: socket.create_connection(("192.0.2.1", 80), timeout=2),
    lambda: socket.getaddrinfo("example.org", 443),
    lambda: socket.socket().connect_ex(("192.0.2.1", 80)),
):
    try:
        attempt()
    except OSError as error:
        assert "no network" in str(error), error
    else:
        raise SystemExit("not refused")
server = socket.create_server(("127.0.0.1", 0))
socket.create_connection(server.getsockname()).close()
"""


def test_other_hosts_are_refused_and_noted_and_this_one_is_not(tmp_path: Path) -> None:
    program, attempts = tmp_path / "program.py", tmp_path / "attempts"
    program.write_text(PROGRAM)
    env = os.environ | {"MODOU_ATTEMPTS": str(attempts)}
    done = subprocess.run(
        [sys.executable, str(GUARD), str(program)], env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert attempts.read_text().split() == ["192.0.2.1", "example.org", "192.0.2.1"]
