"""One segmenter for all: nothing is lost, unknown words fall apart unless guessed, and its dictionary is read once."""

from __future__ import annotations

import subprocess
import sys

from core.segmenter import cut_tagged, cut_words

# 杭研 is in no dictionary; the model of newspapers joins it.
TEXT = "他来到了网易杭研大厦，\u3000Hello 3.5 次\n"


def test_words_joined_are_the_text() -> None:
    for found in (cut_words(TEXT), cut_words(TEXT, guess=True), (word for word, _ in cut_tagged(TEXT))):
        assert "".join(found) == TEXT
    assert list(cut_words("")) == []


def test_what_no_dictionary_has_falls_into_characters_unless_guessed() -> None:
    assert {"杭", "研"} <= set(cut_words(TEXT))
    assert "杭研" in set(cut_words(TEXT, guess=True))


def test_names_of_people_are_tagged_as_such() -> None:
    assert ("鲁迅", "nr") in list(cut_tagged("这篇小说由鲁迅写成"))


def test_the_library_is_loaded_once_and_only_when_something_is_cut() -> None:
    code = """
import sys
import core.similarity.words, core.triples.lexical
assert "jieba" not in sys.modules
core.triples.lexical.character_features("吴京")
import jieba, jieba.posseg
assert jieba.posseg.dt.tokenizer is jieba.dt, "two dictionaries"
core.similarity.words.cut("吴京")
"""
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    assert "Building prefix dict" not in run.stderr
