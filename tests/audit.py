"""Looks up known vulnerabilities of what requirements.txt pins and of all that comes with it: `make audit`.

Exits with 0 only if every package was looked up and none has a known vulnerability; with 1 for a vulnerability, and
with 2 where some could not be looked up: pip-audit alone calls that "no known vulnerabilities".
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
SERVICES = ("pypi", "osv")


def installed(requirements: Path) -> list[str]:
    """NAME==VERSION of everything installed that the requirements ask for, directly or not."""
    lines = (line.partition("#")[0].strip() for line in requirements.read_text(encoding="utf-8").splitlines())
    open_ones = [Requirement(line) for line in lines if line]
    found: dict[str, str] = {}
    while open_ones:
        name = canonicalize_name(open_ones.pop().name)
        try:
            package = distribution(name)
        except PackageNotFoundError:  # for another system, or an extra that nobody asked for
            continue
        if name not in found:
            found[name] = f"{name}=={package.version.partition('+')[0]}"
            needs = map(Requirement, package.requires or ())
            open_ones += [need for need in needs if need.marker is None or need.marker.evaluate({"extra": ""})]
    return sorted(found.values())


def look_up(requirements: Path, service: str) -> tuple[list[dict[str, Any]], str]:
    """What pip-audit found of each requirement with an advisory service, and what it said where it found nothing."""
    command = [sys.executable, "-m", "pip_audit", "--requirement", str(requirements), "--no-deps", "--disable-pip"]
    done = subprocess.run(
        [*command, "--vulnerability-service", service, "--format", "json", "--progress-spinner", "off"],
        capture_output=True,
        text=True,
        check=False,
    )
    found: list[dict[str, Any]] = json.loads(done.stdout)["dependencies"] if done.stdout else []
    said = done.stderr.strip().splitlines()
    return found, said[-1] if said else ""


def report(found: list[dict[str, Any]]) -> tuple[int, list[str]]:
    """Exit status and lines to print for what was found."""
    lines = []
    for package in found:
        for problem in package.get("vulns", []):
            fixed = ", ".join(problem["fix_versions"]) or "no version yet"
            lines.append(f"{package['name']} {package['version']}: {problem['id']}, fixed in {fixed}")
    skipped = [package["name"] for package in found if "skip_reason" in package]
    looked_up = len(found) - len(skipped)
    if lines:
        return 1, [*lines, f"{len(lines)} known vulnerabilities in {looked_up} packages looked up"]
    if skipped or not found:
        names = ", ".join(skipped) or "all of them"
        return 2, [f"NOT AUDITED, the advisory service did not answer for: {names}"]
    return 0, [f"no known vulnerability in {looked_up} packages"]


def main() -> int:
    status, lines = 2, [""]
    with tempfile.TemporaryDirectory() as folder:
        pins = Path(folder) / "pins.txt"
        pins.write_text("\n".join(installed(ROOT / "requirements.txt")), encoding="utf-8")
        for service in SERVICES:
            found, said = look_up(pins, service)
            status, lines = report(found)
            if status != 2:
                break
            print(f"{service}: {lines[0]} ({said})", file=sys.stderr)
    print("\n".join(lines))
    return status


if __name__ == "__main__":
    sys.exit(main())
