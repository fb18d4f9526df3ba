"""Labels in Chinese and English, and which of the two a visitor reads.

The page decides by `?lang=`, then by the visitor's last choice, then by the browser (see `HEAD`). The server sends
messages in both languages.
"""

from __future__ import annotations

import gradio as gr

_STRINGS: dict[str, tuple[str, str]] = {
    "triples_tab": ("三元组", "Triples"),
    "triples_input": ("中文文本", "Chinese text"),
    "triples_placeholder": (
        "粘贴一段中文，例如百科词条或新闻",
        "Paste some Chinese text: an encyclopaedia entry, a news item",
    ),
    "triples_run": ("抽取三元组", "Extract triples"),
    "triples_threshold": ("置信度阈值", "Least confidence"),
    "triples_threshold_info": ("越高越准，越低越全", "Higher is more precise, lower finds more"),
    "xiangqi_tab": ("象棋", "Xiangqi"),
    "xiangqi_how": ("原理：GPT 怎样读这盘棋", "How it works: what the GPT sees in this game"),
    "clear": ("清空", "Clear"),
    "examples": ("示例", "Examples"),
    "how_it_works": ("原理：模型怎样读这段文字", "How it works: what the model sees in this text"),
}

translations = gr.I18n(
    en={key: en for key, (_, en) in _STRINGS.items()},
    **{"zh-CN": {key: zh for key, (zh, _) in _STRINGS.items()}},
)

# Runs before Gradio starts. Gradio picks a translation by navigator.language and knows "zh-CN" but not, say,
# "zh-Hans-CN", so the browser's word is replaced by ours.
HEAD = """
<script>
(() => {
  const asked = new URLSearchParams(location.search).get("lang");
  let stored = null;
  try { stored = localStorage.getItem("modou-lang"); } catch { /* storage may be off in an iframe */ }
  const lang = (asked || stored || navigator.language || "en").toLowerCase().startsWith("zh") ? "zh" : "en";
  window.modouLang = lang;
  document.documentElement.lang = lang === "zh" ? "zh-CN" : "en";
  const locale = lang === "zh" ? "zh-CN" : "en";
  Object.defineProperty(navigator, "language", { get: () => locale });
  Object.defineProperty(navigator, "languages", { get: () => [locale] });
})();
</script>
"""


def t(key: str) -> gr.I18nData:
    """The label `key`, in the visitor's language when it is shown."""
    if key not in _STRINGS:
        raise KeyError(key)
    return translations(key)
