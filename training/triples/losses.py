"""What the heads are trained on: the loss of a batch, and R-Drop around it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

import torch
from torch.nn import functional as F
from transformers import PreTrainedModel

from core.triples.casrel import CasRel
from core.triples.globalpointer import zlpr
from core.triples.gplinker import GPLinker
from training.triples.batches import Batch

Model = TypeVar("Model", bound=PreTrainedModel)


@dataclass
class Outputs:
    """A loss, and the yes-or-no decisions behind it: logits, each with the weight it has in the loss."""

    loss: torch.Tensor
    decisions: list[tuple[torch.Tensor, torch.Tensor]] = field(default_factory=list)


def casrel(model: CasRel, batch: Batch) -> Outputs:
    """Binary cross entropy of both passes, summed over a sentence's tags, averaged over sentences and subjects.

    A sentence says nothing about relations its data set is not annotated for: those tags have no loss, and the subject
    tagger of each schema learns from its own sentences only. Where a sentence does not list all its subjects, only
    those it lists are learnt.
    """
    hidden = model.encode(batch["ids"], batch["mask"], batch["features"])
    mask, rows = batch["mask"].float(), batch["sentence"]
    mine = model.subject_logits(hidden).float()
    listed = torch.maximum(batch["subject_tags"], batch["whole"].float()[:, None, None, None])
    own = batch["schemas"].float()
    own = own / own.sum(1, keepdim=True)  # a sentence of two schemas weighs no more than one of one
    weights = mask[:, :, None] * (own * batch["weight"][:, None])[:, None]
    subject_weight = weights[..., None] * listed / len(mask)
    subject = F.binary_cross_entropy_with_logits(mine, batch["subject_tags"], subject_weight, reduction="sum")
    tags = batch["object_tags"]
    found = model.object_logits(hidden[rows], batch["start"], batch["end"]).float()
    annotated = (batch["annotated"] * batch["weight"][:, None])[rows]
    object_weight = (mask[rows][:, :, None] * annotated[:, None])[..., None] / len(tags)
    objects = F.binary_cross_entropy_with_logits(found, tags, object_weight, reduction="sum")
    return Outputs(subject + objects, [(mine, subject_weight), (found, object_weight)])


def gplinker(model: GPLinker, batch: Batch) -> Outputs:
    """ZLPR of the three pointers, summed over their heads, averaged over sentences.

    Only the entity heads of a sentence's own schema and the relations it is annotated for count, in their positive and
    negative cells alike. Where a sentence does not list all its entities, those it does not list are no negatives.
    """
    hidden = model.encode(batch["ids"], batch["mask"], batch["features"])
    scores = dict(zip(("entities", "heads", "tails"), model.scores(hidden, batch["mask"]), strict=True))
    weight, whole = batch["weight"], batch["whole"].double()
    own = batch["schemas"].float()
    own = (own / own.sum(1, keepdim=True)).repeat_interleave(2, dim=1)  # no sentence weighs more for its two schemas
    active = {"entities": own, "heads": batch["annotated"], "tails": batch["annotated"]}
    loss = hidden.new_zeros((), dtype=torch.float32)
    decisions = []
    for name, pairs in scores.items():
        absent = whole if name == "entities" else torch.ones_like(whole)
        each = zlpr(pairs, batch[name], active[name].double(), absent, batch[f"p_{name}"])
        loss = loss + (each * weight).mean()
        b, i, j = batch[f"near_{name}"].T
        near = pairs.shared[b, i, j][:, None] + pairs.first[b, i] + pairs.second[b, j]
        decisions.append((near, active[name][b] * weight[b, None] / len(weight)))
    return Outputs(loss, decisions)


def loss_function(
    outputs: Callable[[Model, Batch], Outputs], r_drop: float = 0.0
) -> Callable[[Model, Batch], torch.Tensor]:
    """`outputs` as a loss for `FineTuning`, on the model's device.

    With `r_drop` each batch goes through the model twice, with two dropout masks, and the loss is the mean of both plus
    `r_drop` times the symmetric KL divergence between their decisions, ½(KL(p|q) + KL(q|p)) (R-Drop, arXiv:2106.14448;
    又是Dropout两次, spaces.ac.cn/archives/8496), which for a yes-or-no decision is ½(p - q)(logit p - logit q).
    """

    def loss(model: Model, batch: Batch) -> torch.Tensor:
        batch = {k: v.to(model.device) for k, v in batch.items()}
        first = outputs(model, batch)
        if not r_drop:
            return first.loss
        second = outputs(model, batch)
        apart = first.loss.new_zeros(())
        for (a, weight), (b, _) in zip(first.decisions, second.decisions, strict=True):
            apart = apart + (weight * (a.sigmoid() - b.sigmoid()) * (a - b)).sum()
        return (first.loss + second.loss) / 2 + r_drop * apart / 2

    return loss
