from __future__ import annotations

import re
from pathlib import Path

import pytest

from core import tasks
from demos.shell import i18n

DEMOS = Path(i18n.__file__).parent.parent


def test_every_label_used_exists_and_every_label_is_used() -> None:
    source = "".join(path.read_text(encoding="utf-8") for path in DEMOS.rglob("*.py") if path.name != "i18n.py")
    used = set(re.findall(r'\bt\("(\w+)"\)', source))
    assert used <= set(i18n._STRINGS)
    # Some are looked up by the name of a model, and those of tabs by the name of a task.
    assert set(i18n._STRINGS) - {f"{name}_tab" for name in tasks.NAMES} <= set(re.findall(r'"(\w+)"', source))


def test_an_unknown_label_is_a_mistake_of_the_programmer() -> None:
    with pytest.raises(KeyError):
        i18n.t("no_such_label")
