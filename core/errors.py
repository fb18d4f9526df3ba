"""The one exception a user interface has to catch, and the kind of it that passes."""

from __future__ import annotations


class InputError(ValueError):
    """The user's input cannot be used; nothing is wrong with the program.

    The message exists in both languages of the interface, so that a caller shows the one its user reads. `str(error)`
    is the Chinese message followed by the English one, which suits logs and command lines.
    """

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(f"{zh} ({en})")
        self.zh = zh
        self.en = en


class Busy(InputError):
    """Too many are waiting already; the same request may be answered a moment later."""

    def __init__(
        self, zh: str = "服务器正忙，请稍后再试", en: str = "the server is busy, please try again in a moment"
    ) -> None:
        super().__init__(zh, en)
