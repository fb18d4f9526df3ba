"""What a language model is told by a tool: JSON, where Gradio would write what Python makes of a dictionary."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from gradio import mcp
from mcp.types import TextContent


class JsonServer(mcp.GradioMCPServer):
    """Gradio's server of the tools, with results as JSON."""

    def postprocess_output_data(self, data: Iterable[Any], root_url: str) -> list[Any]:
        """Each of the results `data` as one text. None of our tools gives a file, so `root_url` is not needed."""
        return [TextContent(type="text", text=json.dumps(output, ensure_ascii=False)) for output in data]


def install() -> None:
    """Have Gradio answer so. It offers no way to say which server to use."""
    mcp.GradioMCPServer = JsonServer  # type: ignore[misc]
