"""Ink on paper, with the vermilion of a seal: colours, type and page-wide CSS. System fonts only, but for the pieces; nothing is fetched."""

from __future__ import annotations

import base64

import gradio as gr
from gradio.themes.utils import colors

from demos.assets import ASSETS

# The faces of the pieces in regular script, six kilobytes, since most systems have no such font.
_PIECES = ASSETS / "fonts" / "pieces.woff2"

_FONTS = [
    "system-ui",
    "-apple-system",
    "Segoe UI",
    "PingFang SC",
    "Microsoft YaHei",
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "WenQuanYi Micro Hei",
    "sans-serif",
]

_SIZES = ("xxs", "xs", "sm", "md", "lg", "xl", "xxl")

_VERMILION = colors.Color(
    name="vermilion",
    c50="#fdf3f0",
    c100="#fbe3dc",
    c200="#f6c5b8",
    c300="#f0a08c",
    c400="#e67459",
    c500="#cf4a2f",
    c600="#b83a22",
    c700="#972d1a",
    c800="#782617",
    c900="#5e2216",
    c950="#330f09",
)

# Gradio's sizes are in pixels; in rem they follow the size of text that a browser is set to.
_TEXT = gr.themes.sizes.Size(
    name="text_rem",
    **{size: f"{px / 16}rem" for size, px in zip(_SIZES, (9, 10, 12, 14, 16, 22, 26), strict=True)},
)

theme = gr.themes.Default(
    primary_hue=_VERMILION,
    secondary_hue=colors.stone,
    neutral_hue=colors.stone,
    text_size=_TEXT,
    font=_FONTS,
    font_mono=["ui-monospace", "SFMono-Regular", "Menlo", "Consolas", "monospace"],
).set(
    body_background_fill="#faf8f4",
    body_background_fill_dark="#191715",
    block_background_fill="#ffffff",
    block_background_fill_dark="#211f1c",
    color_accent="#b83a22",
    button_primary_background_fill="#b83a22",
    button_primary_background_fill_hover="#972d1a",
    button_primary_background_fill_dark="#b83a22",
    button_primary_background_fill_hover_dark="#c9452b",
    button_primary_text_color="#ffffff",
    body_text_color_subdued="#6b645c",
    body_text_color_subdued_dark="#b5ada4",
    block_info_text_color="#6b645c",
    block_info_text_color_dark="#b5ada4",
    block_label_text_color="#4a443d",
    checkbox_border_color="#8c857c",
    checkbox_border_color_dark="#8d857b",
    block_radius="12px",
    input_radius="10px",
)

CSS = (
    f"""
@font-face {{
  font-family: "Modou Pieces"; font-weight: 400 700;
  src: url(data:font/woff2;base64,{base64.b64encode(_PIECES.read_bytes()).decode()}) format("woff2");
}}
"""
    + """
:root {
  --person: #b83a22; --work: #4357b8; --group: #14746f; --place: #3d7a2a; --number: #8a5800; --other: #6b6b76;
  --start: #b83a22; --end: #4357b8; --scheme: light;
  --hue0: #0072b2; --hue1: #d55e00; --hue2: #009e73; --hue3: #c0609a; --hue4: #c98a00; --hue5: #3f9fd8; --hue6: #8a5a2b; --hue7: #6a51a3;
}
.dark {
  --color-accent: #ef8b72;
  --person: #f08a70; --work: #9aaaf5; --group: #5cc6bd; --place: #93cc7c; --number: #e3b04b; --other: #b3b3bf;
  --start: #f08a70; --end: #9aaaf5; --scheme: dark;
  --hue0: #5aa9e6; --hue1: #f58b4c; --hue2: #35c49b; --hue3: #e79ac6; --hue4: #edb840; --hue5: #9ad4f5; --hue6: #c99b6b; --hue7: #b3a1e6;
}
@keyframes modou-pulse { to { opacity: 0.25; } }
@media (prefers-reduced-motion: reduce) { * { animation: none !important; transition: none !important; } }
@media (max-width: 640px) {
  #xiangqi-game .html-container { padding-inline: 0 !important; }
  #xiangqi-examples { order: -1; } /* What is chosen is seen on the board below. */
}
.modou-panel { align-items: flex-start; }
/* It has no frame, whose corners would cut off those of its first choice. */
#text2sql-example { border-radius: 0; }
:is(#text2sql-table, #text2sql-suggested, #text2sql-history, #text2sql-answer, #text2sql-examples, #qa_pairs-count, #qa_pairs-note, #events-note)
  .html-container { padding: 0 !important; }
:is(#qa_pairs-file, #events-file) { font-weight: 400; }
/* A view with nothing in it takes no room. */
:is(#text2sql-history, #qa_pairs-count, #qa_pairs-note, #events-note):has(.modou-view:empty) { display: none; }
"""
)
