"""The table of posts names files that are there, options that are there, and figures that the model cards have."""

from __future__ import annotations

import re

import pytest

from tests.conftest import ROOT
from training.triples.train import parse_args

TEXT = (ROOT / "docs" / "methods.md").read_text(encoding="utf-8")
ROWS = [
    [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
    for line in TEXT.splitlines()
    if re.match(r"\| \[?\d", line)
]


def name(row: list[str]) -> str:
    return f"{re.search(r'[0-9]+', row[0])[0]} {row[1][:20]}"  # type: ignore[index]


@pytest.mark.parametrize("row", ROWS, ids=name)
def test_a_row_says_what_is_there(row: list[str]) -> None:
    post, _, files, option, measured = row
    number = re.match(r"\[?(\d+)", post)
    assert number
    assert f"[{number[1]}](https://kexue.fm/archives/{number[1]}) " in TEXT
    paths = re.findall(r"`([^`]+)`", files)
    assert paths
    assert all((ROOT / path).is_file() for path in paths)
    assert any(number[1] in (ROOT / path).read_text(encoding="utf-8") for path in paths) or number[1] == "8265"
    for given in re.findall(r"`(?:train )?(--[a-z][^`]*)`", option):
        values = {"ALPHA": "1", "EPS": "0.1", "K": "2", "LEVEL": "1", "N0": "64"}
        parse_args([values.get(word, word) for word in given.split()])
    linked = re.findall(r"\]\(\.\./([^)]+)\)", measured) or re.findall(r"^\[A\]: \.\./(.*)$", TEXT, re.M)
    cards = "".join((ROOT / path).read_text(encoding="utf-8") for path in linked)
    assert all(figure in cards for figure in re.findall(r"\d+\.\d+", measured))


def test_every_post_that_the_code_names_has_its_row() -> None:
    code = [path for part in ("core", "training") for path in (ROOT / part).rglob("*.py")]
    named = {n for path in code for n in re.findall(r"archives/(\d+)", path.read_text(encoding="utf-8"))}
    assert len(named) > 15
    assert all(f"https://kexue.fm/archives/{number})" in TEXT for number in named)
