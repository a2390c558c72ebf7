"""A causal language model of a few hundred kilobytes that says one thing, made on the spot.

Its layers add nothing to the stream, so that the next token depends on the last one alone, and the
output weights are set to follow a chain of tokens. It is a real model in a real folder all the
same, and goes through a server or through transformers as any other does.
"""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import torch
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

_END, *_ROLES = "<|end|>", "<|system|>", "<|user|>", "<|assistant|>"
_TEMPLATE = (
    "{% for message in messages %}<|{{ message.role }}|>{{ message.content }}<|end|>{% endfor %}"
    "{% if add_generation_prompt %}<|assistant|>{% endif %}"
)


def make(folder: Path, reply: str, *, longest: int = 16384, chat: bool = True) -> Path:
    """A model that replies with this to anything.

    :param reply: no word of it may come twice.
    :param longest: tokens it can read and write.
    :param chat: whether its tokenizer has a chat template.
    """
    words = re.findall(r"\s*\S+", reply)
    assert len(set(words)) == len(words)
    tokenizer = _tokenizer(words, chat=chat)
    chain = tokenizer.convert_tokens_to_ids([_ROLES[-1], *words, _END])
    size = 64
    torch.manual_seed(0)
    config = LlamaConfig(
        vocab_size=len(tokenizer),
        hidden_size=size,
        intermediate_size=size,
        num_hidden_layers=1,
        num_attention_heads=2,
        max_position_embeddings=longest,
        eos_token_id=chain[-1],
        pad_token_id=chain[-1],
        bos_token_id=None,
        tie_word_embeddings=False,
    )
    model = LlamaForCausalLM(config)
    with torch.no_grad():
        model.model.embed_tokens.weight.normal_()
        model.lm_head.weight.zero_()
        for layer in model.model.layers:
            layer.self_attn.o_proj.weight.zero_()
            layer.mlp.down_proj.weight.zero_()
        for token, following in pairwise(chain):
            model.lm_head.weight[following] = model.model.embed_tokens.weight[token]
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def _tokenizer(words: list[str], *, chat: bool) -> PreTrainedTokenizerFast:
    """Bytes, and the reply's words as tokens of their own."""
    vocabulary = {letter: i for i, letter in enumerate(sorted(pre_tokenizers.ByteLevel.alphabet()))}
    tokenizer = Tokenizer(models.BPE(vocab=vocabulary, merges=[]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens([_END, *_ROLES])
    tokenizer.add_tokens([AddedToken(word, normalized=False) for word in words])
    fast = PreTrainedTokenizerFast(tokenizer_object=tokenizer, eos_token=_END, pad_token=_END)
    if chat:
        fast.chat_template = _TEMPLATE
    return fast
