"""A Space rehearsed: a fresh installation with the network cut, two CPUs and 16 GB, and 50 visitors at once.

    make space-rehearsal                            # ARGS="--seconds 180" for a longer load
    python benchmarks/space_rehearsal.py --seconds 60

Where a container engine runs it is the Dockerfile's image that is rehearsed. Elsewhere it is what a Space would be
sent, in a folder of its own with a new environment of requirements.txt, run by a user that nobody else is and whose
home is empty; without root by the user who asks. Installing needs the network or pip's cache; whatever is measured then
runs in a network of its own, of which nothing but the loopback is up.

Printed are the seconds from a cold start (what is installed put out of the page cache) to the first page and the first
answer of each demo, and from a restart; memory with every default model loaded, and at its highest; the 50 visitors of
`load.py`. They share the CPUs with the app, so a Space answers more. The exit status is 1 after any error or leak.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import pwd
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

# Whoever starts the rehearsal needs nothing but Python: what measures runs in the environment that is rehearsed.
if TYPE_CHECKING:
    from benchmarks.serving import Served

ROOT = Path(__file__).resolve().parent.parent
CPUS, GIGABYTES, USERS = 2, 16, 50
IMAGE = "modou-rehearsal"
# What a Space is not sent (deploy/space/README.md).
_LEFT_OUT = ("tests/", "runs/")


def has_engine() -> bool:
    """Whether a container engine runs here."""
    docker = shutil.which("docker")
    return bool(docker) and subprocess.run([docker, "info"], capture_output=True, check=False).returncode == 0


def in_container(asked: list[str]) -> int:
    """Build the image and rehearse in it; the benchmarks, which it has not, are lent to it."""
    subprocess.run(["docker", "build", "--quiet", "--tag", IMAGE, str(ROOT)], check=True)
    limits = ["--network", "none", "--cpus", str(CPUS), "--memory", f"{GIGABYTES}g"]
    lent = ["--volume", f"{ROOT / 'benchmarks'}:/app/benchmarks:ro"]
    program = ["python", "benchmarks/space_rehearsal.py", "--inside", *asked]
    return subprocess.run(["docker", "run", "--rm", *limits, *lent, IMAGE, *program], check=False).returncode


def copy_tracked(folder: Path) -> None:
    """The files that a Space would be sent, as they are here and now."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in filter(None, listed.split("\0")):
        if not name.startswith(_LEFT_OUT) and (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, folder / name)


def install(environment: Path, requirements: Path) -> None:
    """A new environment with what the app needs."""
    begin = time.perf_counter()
    subprocess.run([sys.executable, "-m", "venv", str(environment)], check=True)
    pip = [str(environment / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "-r", str(requirements)], check=True)
    print(f"installed in {time.perf_counter() - begin:.0f} s", flush=True)


def as_nobody_else(folder: Path, python: Path) -> list[str]:
    """What runs a command as a user of its own, to whom `folder` is given; called by root."""
    number = str(next(n for n in range(60_001, 65_000) if not _taken(n)))
    subprocess.run(["chown", "-R", f"{number}:{number}", str(folder)], check=True)
    user = ["setpriv", f"--reuid={number}", f"--regid={number}", "--clear-groups"]
    if all(parent.stat().st_mode & 0o001 for parent in python.resolve().parents):
        return user
    print(f"others may not enter the folder of {python.resolve()}: the user may read all files", flush=True)
    return [*user, "--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search"]


def in_folder(asked: list[str], environment: Path | None) -> int:
    """Rehearse in a folder of its own, with a new environment where none is given."""
    missing = [tool for tool in ("unshare", "ip", "taskset", "prlimit", "setpriv") if not shutil.which(tool)]
    if missing:
        sys.exit(f"a rehearsal without a container engine needs Linux with {', '.join(missing)}")
    with tempfile.TemporaryDirectory(prefix="modou-space-") as name:
        folder = Path(name)
        app, home = folder / "app", folder / "home"
        home.mkdir()
        copy_tracked(app)
        python = (environment or folder / "environment").absolute() / "bin" / "python"
        if not environment:
            install(python.parent.parent, app / "requirements.txt")
        alone, user = ["unshare", "--net", "--map-root-user"], []
        if os.geteuid() == 0:
            alone, user = ["unshare", "--net"], as_nobody_else(folder, python)
        cpus = ",".join(str(cpu) for cpu in sorted(os.sched_getaffinity(0))[:CPUS])
        limits = ["taskset", "--cpu-list", cpus, "prlimit", f"--data={GIGABYTES * 10**9}"]
        program = [str(python), "-u", "benchmarks/space_rehearsal.py", "--inside", *asked]
        up = ["sh", "-c", 'ip link set lo up && exec "$@"', "sh"]
        environment = {"HOME": str(home), "PATH": f"{python.parent}:/usr/bin:/bin", "LANG": "C.UTF-8"}
        command = [*alone, *up, *limits, *user, *program]
        return subprocess.run(command, cwd=app, env=environment, check=False).returncode


def _taken(number: int) -> bool:
    try:
        return bool(pwd.getpwuid(number))
    except KeyError:
        return False


def forget_pages(*folders: Path) -> None:
    """Put the files of `folders` out of the page cache, as after a Space has slept."""
    os.sync()  # what is not written yet would stay
    for folder in folders:
        for path in folder.rglob("*"):
            if path.is_file() and not path.is_symlink() and os.access(path, os.R_OK):
                file = os.open(path, os.O_RDONLY)
                os.posix_fadvise(file, 0, 0, os.POSIX_FADV_DONTNEED)
                os.close(file)


def is_cut_off() -> bool:
    """Whether nothing outside this machine can be reached."""
    try:
        with socket.create_connection(("1.1.1.1", 443), 3):
            return False
    except OSError:
        return True


def highest_mb(pid: int) -> float:
    """Megabytes (of 1,000,000 bytes) that process `pid` has held at most."""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    assert found
    return int(found.group(1)) * 1024 / 1e6


def start(what: str) -> Served:
    """The app started, and each demo asked one thing; prints after how many seconds each had answered."""
    from benchmarks.serving import Served
    from benchmarks.startup import INPUTS, answer

    app = Served()
    try:
        told = [f"first page {app.first_page():.1f} s"]
        for number, (endpoint, inputs) in enumerate(INPUTS.items()):
            answer(app.url, endpoint, inputs)
            told.append(f"{'first answer' if number == 0 else endpoint} {app.seconds:.1f} s")
    except BaseException:
        app.stop()
        raise
    print(f"{what}: {', '.join(told)}", flush=True)
    return app


def inside(seconds: float) -> int:
    """Measure; called where the network is cut already. The exit status."""
    from benchmarks.load import report, run
    from benchmarks.serving import resident_mb

    if not is_cut_off():
        sys.exit("the network is not cut: this is no rehearsal")
    who = f"user {os.getuid()}, {len(os.sched_getaffinity(0))} CPUs, {GIGABYTES} GB, no network"
    print(f"{who}, Python {sys.version.split()[0]}, load of the machine before {os.getloadavg()[0]:.1f}", flush=True)
    forget_pages(Path.cwd(), Path(sys.prefix) / "lib")
    app = start("cold start")
    print(f"memory: {resident_mb(app.pid):,.0f} MB, at most {highest_mb(app.pid):,.0f} MB", flush=True)
    app.stop()
    app = start("restart")
    try:
        tally = asyncio.run(run(app.url, app.pid, USERS, seconds, (1.0, 3.0)))
        print(report(tally, USERS, seconds))
        print(f"memory at most {highest_mb(app.pid):,.0f} MB")
        trouble = not app.alive or "Traceback" in "".join(app.log)
    finally:
        app.stop()
    if trouble:
        print("the app's log:", *app.log[-40:], sep="\n")
    return int(trouble or any(row["errors"] or row["leaks"] for row in tally.rows()))


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seconds", type=float, default=60, help="how long the 50 visitors stay")
    parser.add_argument("--environment", type=Path, help="one with everything installed, instead of a new one")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.inside:
        sys.exit(inside(args.seconds))
    asked = ["--seconds", str(args.seconds)]
    sys.exit(in_container(asked) if has_engine() else in_folder(asked, args.environment))


if __name__ == "__main__":
    main()
