"""An app without its cluster: told at once, in both languages, and never left hanging."""

from __future__ import annotations

import socket
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

import core
import core.catalog
from core.errors import Busy
from demos.shell.models import load_model


@pytest.fixture
def nobody() -> str:
    """An address where no one listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{taken.getsockname()[1]}"


@pytest.fixture
def hanging_up() -> Iterator[tuple[str, list[bytes]]]:
    """An address that takes requests and hangs up on each, and the first line of each."""
    heard: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                with connection:
                    heard.append(connection.recv(65536).partition(b"\r\n")[0])

        threading.Thread(target=serve, daemon=True).start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}", heard
        server.shutdown(socket.SHUT_RDWR)


def test_a_cluster_that_is_not_there_is_told_as_busy(nobody: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MODOU_REMOTE", nobody)
    for task in core.TASKS:
        with pytest.raises(Busy, match="模型集群没有回应") as raised:
            core.load(task)
        assert "does not answer" in raised.value.en
    assert load_model("triples")["state"] == "failed"


def test_one_that_hangs_up_is_asked_once_more(
    hanging_up: tuple[str, list[bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    address, heard = hanging_up
    monkeypatch.setenv("MODOU_REMOTE", address + "/")
    with pytest.raises(Busy):
        core.load("similarity")
    assert heard == [b"POST /similarity/call HTTP/1.1"] * 2


def test_a_checkpoint_of_ones_own_is_loaded_here(nobody: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("MODOU_REMOTE", nobody)
    (tmp_path / "own").symlink_to(core.catalog.find("triples", "triples-dgcnn").folder)
    pipeline = core.load("triples", model=str(tmp_path / "own"))
    assert [t.object for t in pipeline("雷军毕业于武汉大学").triples] == ["武汉大学"]  # type: ignore[operator]


def test_without_the_variable_nothing_of_ray_is_loaded() -> None:
    assert "ray" not in sys.modules
