from __future__ import annotations

import copy
import math

import pytest
import torch
from transformers import AutoConfig, AutoModel, AutoModelForMaskedLM, AutoTokenizer, ModernBertModel, PreTrainedConfig

from core.backbone.attention import ENTROPY_INVARIANT, entropy_invariant
from core.backbone.config import SIZES, encoder_config
from core.backbone.encoder import Encoder, build_encoder
from core.backbone.tokenizer import build_tokenizer
from core.catalog import MODELS
from tests.tiny import tiny_config

BUNDLED = MODELS / "backbone"


def test_the_bundled_encoder_fills_in_what_anybody_would() -> None:
    tokenizer = AutoTokenizer.from_pretrained(BUNDLED)
    model = AutoModelForMaskedLM.from_pretrained(BUNDLED, dtype="float32").eval()
    sentences = {"他毕业于北京大[MASK]。": "学", "中华人民共和[MASK]成立了。": "国", "这部电[MASK]由他主演。": "影"}
    right = 0
    for sentence, expected in sentences.items():
        before, after = sentence.split("[MASK]")
        ids = [
            tokenizer.cls_token_id,
            *tokenizer(before, add_special_tokens=False)["input_ids"],
            tokenizer.mask_token_id,
            *tokenizer(after, add_special_tokens=False)["input_ids"],
            tokenizer.sep_token_id,
        ]
        with torch.inference_mode():
            logits = model(input_ids=torch.tensor([ids])).logits[0, len(before) + 1]
        right += tokenizer.convert_ids_to_tokens(int(logits.argmax())) == expected
    assert right >= 2, "the encoder knows less Chinese than a phrase book"


def test_every_size_builds_and_pads_without_changing_a_shorter_text() -> None:
    tokenizer = build_tokenizer("甲乙丙丁")
    for size in SIZES:
        config = encoder_config(tokenizer, size)
        torch.manual_seed(0)
        model = AutoModel.from_config(config).eval()
        alone = tokenizer("甲乙", return_tensors="pt")
        padded = tokenizer(["甲乙", "丙丁甲乙"], padding=True, return_tensors="pt")
        with torch.inference_mode():
            a = model(**alone).last_hidden_state[0]
            b = model(**padded).last_hidden_state[0, : a.size(0)]
        assert a.shape == (4, config.hidden_size)
        torch.testing.assert_close(a, b, atol=1e-4, rtol=1e-4)


@pytest.fixture(scope="module")
def twins() -> tuple[Encoder, ModernBertModel]:
    """Our encoder, and the library's with the same weights."""
    torch.manual_seed(0)
    config = encoder_config(build_tokenizer("甲乙丙丁"))
    theirs = AutoModel.from_config(config).eval()
    ours = build_encoder(config).eval()
    for weights in theirs.parameters():
        weights.data += 0.05 * torch.randn_like(weights)  # norms and small matrices would hide mistakes
    ours.load_state_dict(theirs.state_dict())
    return ours, theirs


@pytest.mark.parametrize("lengths", [[1], [7], [512], [600], [3, 9, 5], [4, 4]], ids=str)
def test_the_short_way_gives_what_the_library_gives(twins: tuple[Encoder, ModernBertModel], lengths: list[int]) -> None:
    ours, theirs = twins
    mask = torch.tensor([[int(i < length) for i in range(max(lengths))] for length in lengths])
    ids = torch.randint(5, 9, mask.shape) * mask
    embedded = torch.randn(*mask.shape, ours.config.hidden_size)
    with torch.inference_mode():
        for given in ({"input_ids": ids}, {"inputs_embeds": embedded}):
            found = ours(**given, attention_mask=mask).last_hidden_state
            expected = theirs(**given, attention_mask=mask).last_hidden_state
            torch.testing.assert_close(found[mask == 1], expected[mask == 1], atol=1e-4, rtol=1e-4)
        torch.testing.assert_close(ours(ids[:1]).last_hidden_state, theirs(ids[:1]).last_hidden_state)


def test_training_inner_states_and_half_precision_go_the_librarys_way(twins: tuple[Encoder, ModernBertModel]) -> None:
    ours, theirs = twins
    ids = torch.tensor([[5, 6, 7]])
    with torch.inference_mode():
        assert len(ours(ids, output_hidden_states=True).hidden_states) == ours.config.num_hidden_layers + 1
        half = copy.deepcopy(ours).bfloat16()(ids).last_hidden_state
        torch.testing.assert_close(half, copy.deepcopy(theirs).bfloat16()(ids).last_hidden_state)
    learner = copy.deepcopy(ours).train()
    learner(ids).last_hidden_state.square().sum().backward()
    assert all(weights.grad is not None for weights in learner.parameters())


def test_an_encoder_with_local_attention_is_left_to_the_library() -> None:
    config = encoder_config(build_tokenizer("甲乙丙丁"))
    assert type(build_encoder(config)) is Encoder
    config.layer_types = ["full_attention", *["sliding_attention"] * (config.num_hidden_layers - 1)]
    assert type(build_encoder(config)) is ModernBertModel


@pytest.fixture(params=["bert", "modernbert"])
def configured(request: pytest.FixtureRequest) -> PreTrainedConfig:
    """An encoder of each kind, with attention as at eight tokens."""
    bert = request.param == "bert"
    config = tiny_config(9, layers=2) if bert else encoder_config(build_tokenizer("甲乙丙丁"))
    config.entropy_scale = 8
    return config


def test_entropy_invariant_attention_is_as_usual_at_its_length_only(configured: PreTrainedConfig) -> None:
    torch.manual_seed(0)
    scaled = build_encoder(configured).eval()
    for weights in scaled.parameters():
        weights.data.mul_(4)  # scores that are no longer all alike
    plain = build_encoder(AutoConfig.for_model(**configured.to_dict() | {"entropy_scale": None})).eval()
    plain.load_state_dict(scaled.state_dict())
    assert plain.config._attn_implementation != ENTROPY_INVARIANT
    ids = torch.randint(5, 9, (2, 12))
    with torch.no_grad():
        for length, same in ((8, True), (4, False), (12, False)):
            found, usual = (model(ids[:, :length]).last_hidden_state for model in (scaled, plain))
            assert torch.allclose(found, usual, atol=1e-4) == same
        mask = torch.tensor([[1] * 12, [1] * 7 + [0] * 5])
        together = scaled(ids, attention_mask=mask).last_hidden_state
        torch.testing.assert_close(together[1, :7], scaled(ids[1:, :7]).last_hidden_state[0], atol=1e-4, rtol=1e-4)
        again = build_encoder(AutoConfig.for_model(**scaled.config.to_dict())).eval()
        again.load_state_dict(scaled.state_dict())
        assert torch.equal(again(ids).last_hidden_state, scaled(ids).last_hidden_state)
    scaled.train()(ids, attention_mask=mask).last_hidden_state.square().sum().backward()
    assert all(p.grad is not None for p in scaled.parameters())


def test_entropy_invariant_scores_grow_with_the_logarithm_of_the_tokens_seen() -> None:
    module = torch.nn.Module()
    module.config = tiny_config(9, entropy_scale=16)
    module.is_causal = False
    query, key, value = torch.randn(3, 1, 2, 4, 8).unbind()
    seen, _ = entropy_invariant(module, query, key, value, torch.tensor([True, True, True, False]).expand(1, 1, 4, 4))
    scores = query @ key[:, :, :3].transpose(2, 3) / 8**0.5 * math.log(3) / math.log(16)
    torch.testing.assert_close(seen, (scores.softmax(-1) @ value[:, :, :3]).transpose(1, 2))
