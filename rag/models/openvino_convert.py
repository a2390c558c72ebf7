"""Convert a sentence-transformers model for OpenVINO: the process that ``conversions`` starts.

``openvino.convert_model`` takes PyTorch's graph as it is, and the weights become int8 on demand.
Before the result may be used, its vectors are compared with those of sentence-transformers.
"""

import json
import math
import sys
from pathlib import Path
from typing import Any

import numpy as np

from rag.errors import ModelError
from rag.models.conversions import TRY_AGAIN
from rag.models.digests import sha256
from rag.models.model_tokens import Tokens, make_batches
from rag.models.openvino_model import (
    CONVERTED,
    MANIFEST,
    ConversionError,
    OpenVinoModel,
    import_openvino,
)
from rag.models.torch_model import TorchModel

_LEAST_COSINE = {"native": 0.999, "int8": 0.98}
"""Of every probe, to the reference: between fp32 and bf16 it is 0.9999 and above, in int8 0.997 and
0.985 for the empty text; a wrong pooling, a wrong mask or another tokenisation falls far below."""
_GROUP = 256
"""Most numbers that share a scale when a text is made int8. Fewer are more exact and slower."""

PROBES = (
    "",
    "cells",
    "  What IS CD133, and where?\n",
    "Die Behandlung der Leukämie dauert Monate; naïve façade, e\u0301.",
    "白血病はどのように治療されますか。",
    "كيف يُعالج سرطان الدم؟",
    "<|endoftext|> [SEP] {braces} 👩‍🔬 IL-6/IL6 α→β 3.5 µg",
    "A stem cell divides into a stem cell and a cell that differentiates. " * 6,
    "Longer than the model reads. " * 300,
)
"""Short, long, empty, in other scripts, with capitals and odd white space."""


def main() -> None:
    """Convert: the arguments are those of :func:`convert`."""
    folder, pooling, precision, target = sys.argv[1:]
    try:
        convert(Path(folder), pooling, precision, Path(target))
    except (ImportError, OSError, ModelError) as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(TRY_AGAIN)
    except ConversionError as error:
        sys.exit(str(error))


def convert(folder: Path, pooling: str, precision: str, target: Path) -> None:
    """Write the model's graph and weights, and a manifest with their digests.

    :param folder: of the model.
    :param precision: ``"native"`` or ``"int8"``.
    :param target: folder to write to.
    :raises ConversionError: the converted model gives other vectors.
    """
    reference = TorchModel(folder.name, folder)
    graph = _trace_graph(reference)
    int8 = {"precision": precision, "properties": _quantize(graph)} if precision == "int8" else {}
    # float16 halves the memory too, of the process that maps the file
    import_openvino().save_model(graph, target / CONVERTED[0], compress_to_fp16=True)
    manifest = {
        "dimension": reference.dimension,
        "max_length": reference.max_length,
        "pad": getattr(reference.model.tokenizer, "pad_token_id", None) or 0,
        "pooling": pooling,
        **int8,
        "files": {name: sha256(target / name) for name in CONVERTED},
    }
    (target / MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")
    cosine = _find_least_cosine(reference, OpenVinoModel(target, keep=False))
    if cosine < _LEAST_COSINE[precision]:
        raise ConversionError(
            f"its converted form gives other vectors (cosine {cosine:.4f} to the original)"
        )


def _trace_graph(reference: TorchModel) -> Any:
    """Trace the model: ids and mask, ``(n, t) int64``, to hidden states, ``(n, t, d) float32``."""
    import torch

    class LastHiddenState(torch.nn.Module):
        def __init__(self, transformer: torch.nn.Module) -> None:
            super().__init__()
            self.transformer = transformer

        def forward(self, input_ids: Any, attention_mask: Any) -> Any:
            return self.transformer(input_ids=input_ids, attention_mask=attention_mask)[0]

    ids = torch.ones((2, 8), dtype=torch.long)
    mask = ids.clone()
    mask[0, 5:] = 0  # a mask of ones could be traced away
    example = {"input_ids": ids, "attention_mask": mask}
    transformer: torch.nn.Module = reference.model[0].auto_model  # type: ignore[assignment]
    transformer.eval().float().cpu()
    with torch.no_grad():
        return import_openvino().convert_model(LastHiddenState(transformer), example_input=example)


def _quantize(graph: Any) -> dict[str, int]:
    """Make the weights of the matrix products int8, in place, with a scale for each output.

    :return: the property by which OpenVINO also quantizes the inputs of the products, for each
        text anew, in groups with a scale each.
    :raises ConversionError: there is no such product.
    """
    operations, inputs = import_openvino().opset13, 0
    for node in graph.get_ordered_ops():
        if node.get_type_name() != "MatMul" or not node.get_attributes()["transpose_b"]:
            continue
        constant = node.input_value(1).get_node()
        while constant.get_type_name() == "Convert":
            constant = constant.input_value(0).get_node()
        if constant.get_type_name() != "Constant" or len(constant.shape) != 2:
            continue
        weights = constant.data.astype(np.float32)
        scales = np.abs(weights).max(axis=1, keepdims=True) / 127
        scales[scales == 0] = 1
        integers = operations.convert(
            operations.constant(np.rint(weights / scales).astype(np.int8)), np.float32
        )
        scaled = operations.multiply(integers, operations.constant(scales))
        node.input(1).replace_source_output(scaled.output(0))
        inputs = math.gcd(inputs, weights.shape[1])
    if not inputs:
        raise ConversionError("it has no products with a matrix of weights")
    group = max(size for size in range(1, _GROUP + 1) if inputs % size == 0)
    return {"DYNAMIC_QUANTIZATION_GROUP_SIZE": group}


def _find_least_cosine(reference: TorchModel, ours: OpenVinoModel) -> float:
    """Find the lowest cosine of a probe's two vectors, both alone and in a batch."""
    tokens = Tokens(reference.tokenizer)
    rows = [tokens.add_special(ids) for ids in tokens.ids(PROBES, ours.max_length - tokens.special)]
    expected = reference.embed(PROBES)
    lowest = 1.0
    for most in (0, 100_000):
        places = make_batches([len(row) for row in rows], most)
        found = ours.run_batches([[rows[i] for i in batch] for batch in places])
        for batch, (_, pooled) in zip(places, found, strict=True):
            lowest = min(lowest, float(np.min((pooled * expected[batch]).sum(axis=1))))
    return lowest


if __name__ == "__main__":
    main()
