"""Does every model load and answer on this machine? What a speaker wants to know an hour before the talk.

    python app.py --check

Each bundled model is loaded and asked its task's sample twice; nothing is fetched from anywhere.
"""

from __future__ import annotations

import platform
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import version

from core import __version__, catalog, runtime, tasks
from core.errors import InputError

PACKAGES = ("torch", "transformers", "gradio", "duckdb")
_MEBI = 1024 * 1024


@dataclass(frozen=True)
class Checked:
    """One model tried. Seconds to load it, to its first answer and to a second; the megabytes of weights, and those of
    memory that the process has then (0 where the system does not say). `error`: why it did not answer, or ""."""

    task: str
    model: str
    load: float = 0.0
    first: float = 0.0
    again: float = 0.0
    weights: float = 0.0
    memory: float = 0.0
    error: str = ""


def check_models() -> Iterator[Checked]:
    """Every bundled model, one after the other, as it is tried."""
    for name in tasks.names():
        for model in catalog.bundled(name):
            try:
                yield _checked(name, model)
            except Exception as error:  # whatever it is: the others are tried too
                yield Checked(name, model, error=" ".join(str(error).split()) or type(error).__name__)


def _checked(name: str, model: str) -> Checked:
    begin = time.perf_counter()
    # On this machine, whatever cluster may have it.
    pipeline = catalog.load_here(catalog.find(name, model), None)
    loaded = time.perf_counter()
    answers = []
    for _ in range(2):
        [answer] = pipeline.run([dict(tasks.find(name).sample)])
        if isinstance(answer, InputError):
            raise answer
        answers.append(time.perf_counter())
    return Checked(
        name,
        model,
        loaded - begin,
        answers[0] - loaded,
        answers[1] - answers[0],
        catalog.find(name, model).size / _MEBI,
        runtime.memory() / _MEBI,
    )


def versions() -> str:
    """What the answers depend on, in a line."""
    packages = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    return f"Modou {__version__}, Python {platform.python_version()}, {packages}, {runtime.cores()} cores"


def table(rows: Sequence[Checked]) -> str:
    """The models tried, as text for a terminal."""
    lines = [f"{'task':<24}{'model':<22}{'load s':>8}{'first s':>9}{'again s':>9}{'weights MB':>12}{'memory MB':>11}"]
    for r in rows:
        start = f"{r.task:<24}{r.model:<22}"
        figures = f"{r.load:>8.2f}{r.first:>9.2f}{r.again:>9.2f}{r.weights:>12.1f}{r.memory:>11.0f}"
        lines.append(start + (f"  {r.error}" if r.error else figures))
    return "\n".join(lines)


def main() -> int:
    """Print the table as it grows; the exit status is 1 where a model did not answer."""
    print(versions(), flush=True)
    rows: list[Checked] = []
    for row in check_models():
        rows.append(row)
        heading, line = table([row]).splitlines()
        print(line if len(rows) > 1 else f"{heading}\n{line}", flush=True)
    failed = [row.model for row in rows if row.error]
    print(f"有模型不能用：{'、'.join(failed)} / not usable: {', '.join(failed)}" if failed else "全部可用 / all well")
    return int(bool(failed))
