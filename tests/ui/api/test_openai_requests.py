"""What a request in OpenAI's protocol says of the part that is asked."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from rag import Filter
from ui.api.openai_requests import ChatRequest


def read(where: dict[str, Any]) -> Filter:
    asked = {"model": "citespan", "messages": [{"role": "user", "content": "x"}], "where": where}
    return ChatRequest.model_validate(asked).where.as_filter()


def test_conditions_on_metadata_become_a_filter() -> None:
    conditions = {"team": "red", "year": {"$gte": 2020}}
    assert read({"metadata": conditions}) == Filter(metadata=conditions)
    assert read({"metadata": {}}) == read({}) == Filter()


@pytest.mark.parametrize("metadata", [{"team": {"$near": 1}}, {"$or": []}, {"team": {}}, "red"])
def test_what_are_no_conditions_is_refused(metadata: object) -> None:
    with pytest.raises(ValidationError):
        read({"metadata": metadata})
