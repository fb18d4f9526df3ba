"""Fine-tuning for visitors of the Triples tab: one at a time, in a process of its own, and the models they keep.

A process of its own leaves the server's threads to the other tabs, ends when the server does, and gives its memory
back. It is told to stop by closing its input, and tells how far it is in JSON lines (`training/triples/custom.py`).
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import uuid
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import gradio as gr

from core import catalog, runtime
from core.errors import InputError
from core.pipeline import AnyPipeline
from core.triples.labelled import Labelled
from demos.assets import ASSETS
from demos.server.calls import Json, place

TASK = "triples"

_ROOT = ASSETS.parent
# Of a zip and of the folder in it, which `core.load` takes.
_NAME = "triples-custom"
# Models kept for their visitors, 26 MB of memory each; the one that was used longest ago goes first.
_MOST_KEPT = 8
# Seconds that a process which is told to stop has to save what it has: more where others work.
_PATIENCE = 90
# Large tensors come and go all the time; without these glibc gives the pages back in between (see the Makefile).
_MALLOC = {"MALLOC_MMAP_THRESHOLD_": "4000000000", "MALLOC_TRIM_THRESHOLD_": "8000000000"}

_slot = threading.BoundedSemaphore(1)
_lock = threading.Lock()


class Run:
    """A fine-tuning in work."""

    def __init__(self, labelled: Labelled, minutes: float) -> None:
        self.folder = _folder() / "runs" / uuid.uuid4().hex
        self.folder.mkdir(parents=True)
        self.zip = downloads() / self.folder.name / f"{_NAME}.zip"
        self.zip.parent.mkdir(parents=True)
        data = self.folder / "labelled.jsonl"
        lines = (json.dumps(row, ensure_ascii=False) for row in labelled.rows)
        data.write_text("\n".join(lines), encoding="utf-8")
        recipe = [sys.executable, "-m", "training.triples.custom", "--background", "--data", str(data)]
        recipe += ["--out", str(self.model), "--zip", str(self.zip), "--minutes", str(minutes)]
        pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "encoding": "utf-8"}
        self._process = subprocess.Popen(recipe, cwd=_ROOT, env=os.environ | _MALLOC, **pipes)
        self._has_begun = False
        self.is_stopped = self.is_left = False

    @property
    def model(self) -> Path:
        """The folder of the checkpoint."""
        return self.folder / _NAME

    def events(self) -> Iterator[Json]:
        """What the process tells, as it does; after the last event it has ended.

        Raises:
            InputError: it ended before its time, and not because it was told to.
        """
        assert self._process.stdout
        is_finished = False
        for line in self._process.stdout:
            self._has_begun = True
            event: Json = json.loads(line)
            if event["event"] == "finished":
                is_finished = True
                last = event
            else:
                yield event
        if self._process.wait() == 0 and is_finished:
            yield last
        elif self.is_stopped:
            yield {"event": "finished", "epoch": None, "why": "stopped"}
        else:
            raise InputError("训练意外中断，请再试一次", "the training broke off; please try again")

    def stop(self) -> None:
        """End the process soon; the best so far is kept, if there is any."""
        self.is_stopped = True
        if not self._has_begun:  # it is still loading, and has nothing to keep
            self._process.kill()
            return
        assert self._process.stdin
        self._process.stdin.close()
        timer = threading.Timer(_PATIENCE, self._process.kill)
        timer.daemon = True
        timer.start()

    def close(self) -> None:
        """End the process now."""
        self._process.kill()
        self._process.wait()

    def remove(self) -> None:
        """Delete its files."""
        shutil.rmtree(self.folder, ignore_errors=True)
        shutil.rmtree(self.zip.parent, ignore_errors=True)


@dataclass(frozen=True)
class _Kept:
    run: Run
    pipeline: AnyPipeline


_runs: dict[str, Run] = {}
_kept: OrderedDict[str, _Kept] = OrderedDict()


@cache
def _folder() -> Path:
    """Where everything is until this process ends."""
    folder = tempfile.TemporaryDirectory(prefix="modou-tuning-", ignore_cleanup_errors=True)
    _folders.append(folder)  # which deletes it at exit
    threading.Thread(target=_end_with_the_app, daemon=True).start()
    return Path(folder.name)


def _end_with_the_app() -> None:
    """Python waits at its end for threads that read from a process: end those processes."""
    threading.main_thread().join()
    with _lock:
        runs = list(_runs.values())
    for run in runs:
        run.close()


_folders: list[tempfile.TemporaryDirectory[str]] = []


@cache
def downloads() -> Path:
    """The folder of the zips, which nobody can find who is not told their names.

    They are served from there: copies in Gradio's own folder would outlive the visit.
    """
    folder = _folder() / "zips"
    folder.mkdir()
    gr.set_static_paths([folder])
    return folder


@contextmanager
def tuning(session: str, labelled: Labelled, minutes: float) -> Iterator[Run]:
    """A fine-tuning for this visitor, whose earlier model is forgotten. Raises Busy while there is one for anybody."""
    with place(_slot):
        forget(session)
        run = Run(labelled, minutes)
        with _lock:
            _runs[session] = run
        try:
            yield run
        finally:
            with _lock:
                del _runs[session]
            run.close()
            if not any(kept.run is run for kept in list(_kept.values())):
                run.remove()


def keep(session: str, run: Run) -> None:
    """The model that `run` made becomes this visitor's, unless they have left."""
    pipeline = catalog.open_pipeline(catalog.find(TASK, str(run.model)), runtime.pick_device(None))
    with _lock:
        if run.is_left:
            return
        _kept[session] = _Kept(run, pipeline)
        surplus = [_kept.popitem(last=False)[1] for _ in range(len(_kept) - _MOST_KEPT)]
    for kept in surplus:
        kept.run.remove()


def kept_model(session: str | None) -> Any:
    """The visitor's own model.

    Raises:
        InputError: there is none, or none any more.
    """
    with _lock:
        kept = _kept.get(session or "")
        if kept is None:
            raise InputError("模型已不在服务器上，请重新训练", "the model is gone from the server; train it again")
        _kept.move_to_end(session or "")
    return kept.pipeline


def stop(session: str | None) -> bool:
    """End the fine-tuning of this visitor; whether there was any."""
    with _lock:
        run = _runs.get(session or "")
    if run is not None:
        run.stop()
    return run is not None


def forget(session: str | None) -> None:
    """Delete the model of this visitor."""
    with _lock:
        kept = _kept.pop(session or "", None)
    if kept is not None:
        kept.run.remove()


def leave(session: str | None) -> None:
    """The visitor has closed the page."""
    with _lock:
        run = _runs.get(session or "")
        if run is not None:
            run.is_left = True
    stop(session)
    forget(session)
