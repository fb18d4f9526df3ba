from __future__ import annotations

import re
from pathlib import Path
from types import SimpleNamespace

import pytest

from demos import i18n

DEMOS = Path(i18n.__file__).parent


def request(query: str = "", cookie: str = "", accept: str = "") -> SimpleNamespace:
    return SimpleNamespace(
        query_params={"lang": query} if query else {},
        cookies={"modou_lang": cookie} if cookie else {},
        headers={"accept-language": accept} if accept else {},
    )


@pytest.mark.parametrize(
    ("visitor", "expected"),
    [
        (request(query="en", cookie="zh", accept="zh-CN"), "en"),
        (request(cookie="zh", accept="en-US"), "zh"),
        (request(accept="zh-Hans-CN,en;q=0.5"), "zh"),
        (request(accept="de-DE"), "en"),
        (request(), "zh"),
        (None, "zh"),
    ],
)
def test_link_then_cookie_then_browser_decide(visitor: SimpleNamespace | None, expected: str) -> None:
    assert i18n.language(visitor) == expected  # type: ignore[arg-type]


def test_every_label_used_exists_and_every_label_is_used() -> None:
    source = "".join(path.read_text(encoding="utf-8") for path in DEMOS.rglob("*.py"))
    used = set(re.findall(r'\bt\("(\w+)"\)', source)) | set(re.findall(r'^LABEL = "(\w+)"', source, re.M))
    assert used == set(i18n._STRINGS)


def test_an_unknown_label_is_a_mistake_of_the_programmer() -> None:
    with pytest.raises(KeyError):
        i18n.t("no_such_label")
