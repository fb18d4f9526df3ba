"""The one exception a user interface has to catch, and the kind of it that passes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


class InputError(ValueError):
    """The user's input cannot be used; nothing is wrong with the program.

    The message exists in both languages of the interface, so that a caller shows the one its user reads. `str(error)`
    is the Chinese message followed by the English one, which suits logs and command lines.
    """

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(f"{zh} ({en})")
        self.zh = zh
        self.en = en

    def to_dict(self) -> dict[str, Any]:
        """JSON, of one shape wherever an error is sent: {"error": {"zh", "en"}}.

        What was sent may be quoted in it, and half an emoji in that could not be written as UTF-8.
        """
        said = {"zh": self.zh, "en": self.en}
        return {"error": {key: text.encode("utf-8", "replace").decode() for key, text in said.items()}}


class Busy(InputError):
    """Too many are waiting already; the same request may be answered a moment later."""

    def __init__(
        self, zh: str = "服务器正忙，请稍后再试", en: str = "the server is busy, please try again in a moment"
    ) -> None:
        super().__init__(zh, en)


@contextmanager
def naming(zh: str, en: str) -> Iterator[None]:
    """What goes wrong within names the place, in Chinese and English."""
    try:
        yield
    except InputError as error:
        raise InputError(f"{zh}：{error.zh}", f"{en}: {error.en}") from error
