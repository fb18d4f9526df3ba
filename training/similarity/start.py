"""Where the word vectors of `core.similarity.model` begin: at what the pre-trained encoder already knows of words."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path

import torch
from transformers import PreTrainedTokenizerFast

from core.errors import InputError
from core.similarity.embedding import Sentence, prepare
from core.similarity.encoding import collate, read
from core.similarity.model import WordEncoder, word_means
from training.common import read_jsonl

# Measured on STS-B dev, WRD / cosine at 128 dimensions: plain principal components 0.758 / 0.765, with half of the mean
# left in and the rest half-way to white 0.778 / 0.784, with the square of a word's information as its importance
# 0.781 / 0.785.
_MEAN_KEPT = 0.5
_WHITENING = 0.25  # the power of a component's variance that it is divided by; 0.5 would be white
_RIDGE = 1e-3


def some_sentences(path: Path, number: int, seed: int = 0) -> list[Sentence]:
    """`number` sentences of the file at random, without those that have no word."""
    texts = [row["text"] for row in read_jsonl(path)]
    found = []
    for text in random.Random(seed).sample(texts, min(number, len(texts))):
        try:
            found.append(prepare(text, 96))
        except InputError:
            continue
    return found


@torch.inference_mode()
def word_states(
    model: WordEncoder, sentences: list[Sentence], tokenizer: PreTrainedTokenizerFast
) -> tuple[torch.Tensor, list[str]]:
    """The mean state [T, H] of every word of `sentences`, and the words."""
    device = model.device
    states, words = [], []
    ordered = sorted(sentences, key=lambda s: len(s.clean))
    for i in range(0, len(ordered), 64):
        chunk = ordered[i : i + 64]
        batch = collate([read(s.clean, s.spans, tokenizer) for s in chunk], tokenizer.pad_token_id)
        numbers = batch.pop("words").to(device)
        hidden = model.encoder(**{k: v.to(device) for k, v in batch.items()}).last_hidden_state
        means, _ = word_means(hidden, numbers, max(len(s.spans) for s in chunk))
        for sentence, rows in zip(chunk, means.cpu(), strict=True):
            states.append(rows[: len(sentence.spans)])
            words += [sentence.clean[a:b] for a, b in sentence.spans]
    return torch.cat(states), words


@torch.no_grad()
def initialise(model: WordEncoder, sentences: list[Sentence], tokenizer: PreTrainedTokenizerFast) -> None:
    """Set `model.direction` and `model.importance` from the states of the words of `sentences`.

    Directions are principal components of the states. Importance is e to a linear function of the state that comes
    nearest to 2 log(-log p), p being how frequent the word is: rare words say more.
    """
    training = model.training
    model.eval()
    states, words = word_states(model, sentences, tokenizer)
    states = states.double()
    mean, centred = states.mean(0), states - states.mean(0)
    variances, axes = torch.linalg.eigh(centred.T @ centred / len(states))
    n = model.config.dimension
    axes, variances = axes[:, -n:], variances[-n:].clamp(min=1e-6 * float(variances.max()))
    turn = axes.T / variances[:, None] ** _WHITENING
    model.direction.weight.copy_(turn)
    model.direction.bias.copy_(-(1 - _MEAN_KEPT) * turn @ mean)
    counts = Counter(words)
    information = torch.tensor([-torch.log(torch.tensor(counts[w] / len(words))) for w in words]).double()
    wanted = 2 * (information.clamp(min=0.1).log() - information.clamp(min=0.1).log().mean())
    square = centred.T @ centred + _RIDGE * len(states) * torch.eye(states.size(1), dtype=torch.double)
    slope = torch.linalg.solve(square, centred.T @ wanted)
    model.importance.weight.copy_(slope[None])
    model.importance.bias.copy_(-slope @ mean)
    model.train(training)
