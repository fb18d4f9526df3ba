"""Uploads that break off leave nothing behind."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from gradio import route_utils, routes
from starlette.datastructures import FormData


class WholeUpload(route_utils.GradioMultiPartParser):
    """Gradio's parser, which keeps the file it was writing when the connection is cut or the form has no end."""

    async def parse(self) -> FormData:
        whole: list[Any] = []
        try:
            form = await super().parse()
            whole = [value.file for _, value in form.multi_items() if not isinstance(value, str)]
            return form
        finally:
            for file in self._files_to_close_on_error:
                if not any(file is kept for kept in whole):
                    file.close()
                    Path(file.name).unlink(missing_ok=True)


def install() -> None:
    """Have Gradio parse uploads so. It offers no way to say which parser to use."""
    for module in (route_utils, routes):
        module.GradioMultiPartParser = WholeUpload  # type: ignore[attr-defined]
