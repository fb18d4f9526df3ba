from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar, Literal, NamedTuple, TypedDict

import pytest

from demos.views import write_types


class Named(NamedTuple):
    name: str


class Written(TypedDict):
    zh: str


@dataclass
class Held:
    many: tuple[int, ...]
    pair: tuple[str, float]


@dataclass
class Whole:
    kind: ClassVar[str] = "whole"
    most: ClassVar[int] = 3

    text: str
    when: date | None
    which: Literal["a", "b"]
    held: list[Held]
    by_name: Mapping[str, Sequence[bool]]
    either: tuple[int | str, ...]
    rest: Any
    named: Named
    written: Written
    _own: int = 0


def test_a_class_is_told_with_all_that_it_holds() -> None:
    told = write_types.write([Whole])
    for line in (
        'kind: "whole";',
        "text: string;",
        "when: string | null;",
        'which: "a" | "b";',
        "by_name: Record<string, boolean[]>;",
        "either: (number | string)[];",
        "rest: any;",
        "many: number[];",
        "pair: [string, number];",
        "name: string;",
        "zh: string;",
    ):
        assert f"    {line}\n" in told
    assert "_own" not in told
    assert "most" not in told
    assert told.count("interface") == 4
    space = told.split("export namespace ")[1].split(" ")[0]
    assert f"held: {space}.Held[];" in told


def test_what_has_no_json_and_what_shares_a_name_is_refused() -> None:
    @dataclass
    class Strange:
        numbers: complex

    with pytest.raises(TypeError, match="complex"):
        write_types.write([Strange])
    other = dataclass(type("Held", (), {"__module__": Held.__module__, "__annotations__": {"x": int}}))
    with pytest.raises(ValueError, match="Held"):
        write_types.write([Held, other])


def test_the_types_are_up_to_date(capsys: pytest.CaptureFixture[str]) -> None:
    assert write_types.main(["--check"]) == 0, capsys.readouterr().err


def test_types_that_are_out_of_date_are_told(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(write_types, "_FILE", tmp_path / "types.d.ts")
    assert write_types.main(["--check"]) == 1
    assert write_types.main([]) == 0
    assert write_types.main(["--check"]) == 0
