"""Labels in Chinese and English, and which of the two a visitor reads.

The page decides by `?lang=`, then by the visitor's last choice, then by the browser (see `HEAD`). The server sends
messages in both languages.
"""

from __future__ import annotations

import gradio as gr
from gradio.i18n import I18nData

from core import tasks

_STRINGS: dict[str, tuple[str, str]] = {
    "home_tab": ("首页", "Home"),
    "triples_input": ("中文文本", "Chinese text"),
    "triples_placeholder": (
        "粘贴一段中文，例如百科词条或新闻",
        "Paste some Chinese text: an encyclopaedia entry, a news item",
    ),
    "triples_run": ("抽取三元组", "Extract triples"),
    "triples_schema": ("自定义关系：用自己的标注训练", "Your own relations: train a model on your labels"),
    "triples_schema_file": ("上传标注（JSONL 或 CSV，20–500 句）", "Upload labels (JSONL or CSV, 20-500 sentences)"),
    "triples_schema_sample": ("载入示例标注", "Load the sample"),
    "triples_schema_minutes": ("时间上限（分钟）", "Time limit (minutes)"),
    "triples_schema_minutes_info": ("到时就停，保留最好的模型", "It ends then, and the best model is kept"),
    "triples_schema_train": ("开始训练", "Train"),
    "triples_schema_stop": ("停止", "Stop"),
    "triples_schema_download": ("下载模型（ZIP）", "Download the model (ZIP)"),
    "triples_schema_text": ("用这个模型试一句", "Try the model on a sentence"),
    "triples_schema_placeholder": ("一句与标注相似的话", "A sentence like those that were labelled"),
    "triples_schema_run": ("抽取", "Extract"),
    "triples_model": ("模型", "Model"),
    "triples_casrel": ("CasRel", "CasRel"),
    "triples_gplinker": ("GPLinker", "GPLinker"),
    "triples_dgcnn": ("DGCNN（轻量）", "DGCNN (light)"),
    "triples_text": ("一段文字", "One text"),
    "triples_documents": ("多篇文档", "Documents"),
    "triples_documents_text": ("文档", "Documents"),
    "triples_documents_info": (
        "用一行 --- 或空行隔开",
        "Separated by a line of --- or by blank lines",
    ),
    "triples_documents_placeholder": (
        "粘贴几篇相关的短文，看它们连成怎样的图",
        "Paste some short texts on one subject and see what they add up to",
    ),
    "triples_documents_sample": ("示例文档", "Sample"),
    "triples_documents_cancel": ("停止", "Stop"),
    "triples_documents_run": ("合成图谱", "Build"),
    "triples_documents_files": (
        "或上传 TXT、MD、CSV、JSONL，代替上面的文字",
        "Or upload TXT, MD, CSV, JSONL instead",
    ),
    "triples_documents_column": ("文字在哪一列", "Column of the texts"),
    "triples_events": ("事件", "Events"),
    "events_placeholder": (
        "粘贴一则新闻或一篇长文：谁在何时何地做了什么",
        "Paste a news item or a long text: who did what, when and where",
    ),
    "events_run": ("抽取事件", "Find events"),
    "events_file": ("或上传一篇文档（TXT、MD）", "Or upload a document (TXT, MD)"),
    "triples_compare": ("比较模型", "Compare models"),
    "triples_compare_left": ("一个模型", "One model"),
    "triples_compare_right": ("另一个模型", "Another model"),
    "triples_compare_run": ("比较", "Compare"),
    "qa_pairs_passage": ("中文文章", "Chinese passage"),
    "qa_pairs_placeholder": (
        "粘贴一段中文，最多 5,000 字，例如百科词条",
        "Paste some Chinese text, up to 5,000 characters: an encyclopaedia entry, say",
    ),
    "qa_pairs_run": ("生成问答对", "Generate pairs"),
    "qa_pairs_stop": ("停止", "Stop"),
    "qa_pairs_file": ("上传 TXT 或 Markdown 文件", "Upload a TXT or Markdown file"),
    "qa_pairs_part": ("文件的哪一部分", "Part of the file"),
    "qa_pairs_n": ("问答对数", "Number of pairs"),
    "qa_pairs_mix": ("问什么", "What to ask for"),
    "qa_pairs_mix_both": ("都问", "Both"),
    "qa_pairs_mix_facts": ("事实：谁、何时、多少", "Facts: who, when, how many"),
    "qa_pairs_mix_understanding": ("理解：为什么、怎样、哪些", "Understanding: why, how, which"),
    "qa_pairs_settings": ("生成设置", "Settings"),
    "qa_pairs_top_p": ("多样性（top-p）", "Diversity (top-p)"),
    "qa_pairs_top_p_info": ("越高，越会问到不常问的地方", "Higher asks for less usual answers too"),
    "qa_pairs_beams": ("束宽", "Beam size"),
    "qa_pairs_beams_info": (
        "写问题时同时保留几种写法",
        "Wordings kept in view while a question is written",
    ),
    "qa_pairs_seed": ("随机种子", "Seed"),
    "qa_pairs_seed_info": ("换一个数，就换一批答案", "Another number draws other answers"),
    "qa_pairs_how": ("原理：先找答案，再提问题", "How it works: answers first, then questions"),
    "xiangqi_how": ("原理：GPT 怎样读这盘棋", "How it works: what the GPT sees in this game"),
    "similarity_compare": ("比较两句", "Compare"),
    "similarity_search": ("在列表里找", "Search a list"),
    "similarity_matrix": ("两两矩阵", "Matrix"),
    "similarity_a": ("句子一", "Sentence A"),
    "similarity_b": ("句子二", "Sentence B"),
    "similarity_placeholder": ("一句中文，最多 300 字", "A Chinese sentence, at most 300 characters"),
    "similarity_run": ("比较", "Compare"),
    "similarity_swap": ("对调", "Swap"),
    "similarity_model": ("词向量", "Word vectors"),
    "similarity_encoder": ("语境编码器", "Contextual encoder"),
    "similarity_static": ("静态词向量", "Static vectors"),
    "similarity_norms": ("用词向量的模长作权重", "Weigh words by the norms of their vectors"),
    "similarity_norms_info": (
        "不选则每个词一样重，可以看出“重要性”起了什么作用",
        "Off: every word weighs the same, to see what importance did",
    ),
    "similarity_how": ("原理：距离是怎样算出来的", "How it works: where the distance comes from"),
    "similarity_search_query": ("查询句", "Query"),
    "similarity_search_query_placeholder": ("要找与哪句话意思最近的", "The sentence to find others like"),
    "similarity_search_sentences": ("句子列表，每行一句", "Sentences, one a line"),
    "similarity_search_sentences_placeholder": ("粘贴至多 100,000 句", "Paste up to 100,000 sentences"),
    "similarity_search_file": (
        "或上传 TXT、CSV、TSV（上传后代替上面的列表）",
        "Or upload TXT, CSV, TSV (used instead of the list above)",
    ),
    "similarity_search_column": ("句子在哪一列", "Column of the sentences"),
    "similarity_search_static": ("静态词向量（长列表更快）", "Static vectors (faster for long lists)"),
    "similarity_search_k": ("结果数", "Number of results"),
    "similarity_search_sample": ("示例列表", "Sample list"),
    "similarity_search_cancel": ("取消", "Cancel"),
    "similarity_search_run": ("查找", "Search"),
    "similarity_matrix_sentences": ("句子，每行一句", "Sentences, one a line"),
    "similarity_matrix_info": ("2 到 50 句", "2 to 50 sentences"),
    "similarity_matrix_placeholder": (
        "例如几条客户提问，看看哪些说的是同一件事",
        "Such as questions of customers, to see which ask the same",
    ),
    "similarity_matrix_sample": ("示例", "Sample"),
    "similarity_matrix_run": ("两两比较", "Compare all"),
    "text2sql_examples": ("示例表格", "Sample tables"),
    "text2sql_upload": ("上传", "Upload"),
    "text2sql_paste": ("粘贴", "Paste"),
    "text2sql_olympics": ("夏季奥运会奖牌榜", "Summer Olympics medals"),
    "text2sql_elements": ("化学元素", "Chemical elements"),
    "text2sql_countries": ("联合国会员国", "UN members"),
    "text2sql_file": (
        "CSV、TSV、XLSX、XLS、Parquet、JSON，最大 50 MB、20 万行",
        "CSV, TSV, XLSX, XLS, Parquet, JSON; up to 50 MB, 200,000 rows",
    ),
    "text2sql_sheet": ("工作表", "Sheet"),
    "text2sql_pasted": ("从电子表格复制的单元格，第一行为列名", "Cells copied from a spreadsheet, column names first"),
    "text2sql_pasted_placeholder": (
        "在 Excel 或 WPS 里选中、复制，再粘贴到这里",
        "Select and copy in Excel, then paste here; CSV works too",
    ),
    "text2sql_use": ("用这张表", "Use this table"),
    "text2sql_question": ("问题", "Question"),
    "text2sql_placeholder": (
        "用中文问这张表，例如：金牌最多的三个国家",
        "Ask this table in Chinese, e.g. 金牌最多的三个国家",
    ),
    "text2sql_run": ("提问", "Ask"),
    "text2sql_how": ("原理：一个问题怎样变成查询", "How it works: how a question becomes a query"),
    "own_model": ("自己的模型", "Your own checkpoint"),
    "own_model_choice": ("主机允许的模型", "Checkpoints that the host allows"),
    "own_model_load": ("载入", "Load"),
    "own_model_compare": ("与我们的比较", "Compare with ours"),
    "own_model_unload": ("卸载", "Unload"),
    "by_example": ("按例子来：写一到八个例子", "By example: write one to eight"),
    "by_example_model": ("谁来学这些例子", "Who learns from them"),
    "by_example_ours": ("自带的小模型", "The small model that ships"),
    "clear": ("清空", "Clear"),
    "how_it_works": ("原理：模型怎样读这段文字", "How it works: what the model sees in this text"),
}

# The names of the tabs.
_STRINGS |= {f"{name}_tab": (tasks.find(name).title["zh"], tasks.find(name).title["en"]) for name in tasks.NAMES}

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


def both(key: str) -> dict[str, str]:
    """The label `key` in both languages, for views that choose by themselves."""
    zh, en = _STRINGS[key]
    return {"zh": zh, "en": en}


def t(key: str) -> I18nData:
    """The label `key`, in the visitor's language when it is shown."""
    if key not in _STRINGS:
        raise KeyError(key)
    return translations(key)
