from __future__ import annotations

import torch
from transformers import AutoModel, AutoModelForMaskedLM, AutoTokenizer

from core.backbone.config import SIZES, encoder_config
from core.backbone.tokenizer import build_tokenizer
from core.catalog import MODELS

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
