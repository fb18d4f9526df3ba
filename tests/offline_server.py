"""Runs the app with every connection to another host refused and noted in the file $MODOU_ATTEMPTS."""

from __future__ import annotations

import ipaddress
import os
import runpy
import socket
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent


def _local(host: object) -> bool:
    if host in (None, "", "localhost"):
        return True
    try:
        return ipaddress.ip_address(str(host)).is_loopback or str(host) == "0.0.0.0"
    except ValueError:
        return False


def _refuse(host: object) -> None:
    with Path(os.environ["MODOU_ATTEMPTS"]).open("a") as out:
        out.write(f"{host}\n")
    raise OSError(f"no network: {host}")


_connect, _connect_ex, _lookup = socket.socket.connect, socket.socket.connect_ex, socket.getaddrinfo


def connect_ex(self: socket.socket, address: Any) -> int:
    if self.family in (socket.AF_INET, socket.AF_INET6) and not _local(address[0]):
        _refuse(address[0])
    return _connect_ex(self, address)


def connect(self: socket.socket, address: Any) -> None:
    if self.family in (socket.AF_INET, socket.AF_INET6) and not _local(address[0]):
        _refuse(address[0])
    _connect(self, address)


def getaddrinfo(host: Any, *args: Any, **kwargs: Any) -> Any:
    name = host.decode() if isinstance(host, bytes) else host
    if not _local(name):
        _refuse(name)
    return _lookup(host, *args, **kwargs)


if __name__ == "__main__":
    socket.socket.connect = connect  # type: ignore[method-assign]
    socket.socket.connect_ex = connect_ex  # type: ignore[method-assign]
    socket.getaddrinfo = getaddrinfo
    program = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "app.py"
    sys.path.insert(0, str(program.parent))
    runpy.run_path(str(program), run_name="__main__")
