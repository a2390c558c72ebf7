"""Metadata as JSON, and conditions on them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from rag import Filter
from rag.library.catalog import Catalog, NewChunk, NewDocument
from rag.metadata import decode_metadata, encode_metadata

DOCUMENTS = {
    "a": {"team": "red", "year": 2019, "tags": ["law", "mill"], "draft": True},
    "b": {"team": "blue", "year": 2023.5, "day": date(2023, 7, 1)},
    "c": {"team": "red", "year": "2023", "number": 2**60, "none": None},
    "d": {"number": 2**60 + 1, "nested": {"team": "red"}, "path": Path("x/y")},
    "e": {},
}


@pytest.fixture(scope="module")
def catalog(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    made = Catalog(tmp_path_factory.mktemp("catalog") / "catalog.sqlite", create=True)
    one = np.ones(1, dtype=np.float32)
    made.commit(
        NewDocument(id_, id_, "", "", [NewChunk(0, 1, None, "", "x", "", one)],
                    metadata=encode_metadata(metadata))
        for id_, metadata in DOCUMENTS.items()
    )  # fmt: skip
    return made


@pytest.mark.parametrize(
    ("conditions", "found"),
    [
        ({"team": "red"}, "ac"),
        ({"team": "red", "year": 2019}, "a"),
        ({"team": ["blue", "green"]}, "b"),
        ({"team": {"$in": ["blue", "red"]}}, "abc"),
        ({"team": {"$nin": ["blue", "red"]}}, "de"),
        ({"team": {"$ne": "red"}}, "bde"),
        ({"team": {"$eq": "red"}}, "ac"),
        ({"year": {"$gte": 2019, "$lt": 2023.5}}, "a"),
        ({"year": {"$gt": 2019}}, "b"),
        ({"year": {"$lte": 2023.5}}, "ab"),
        ({"year": "2023"}, "c"),
        ({"year": {"$gte": "2"}}, "c"),
        ({"day": {"$gte": "2023-06-01", "$lt": "2024"}}, "b"),
        ({"day": {"$lt": date(2023, 7, 2)}}, "b"),
        ({"tags": "mill"}, "a"),
        ({"draft": True}, "a"),
        ({"draft": {"$gte": True}}, "a"),
        ({"number": 2**60}, "c"),
        ({"number": {"$in": [2**60 + 1]}}, "d"),
        ({"number": 2**60 + 2}, ""),
        ({"path": Path("x/y")}, "d"),
        ({"$or": [{"team": "blue"}, {"tags": "law"}]}, "ab"),
        ({"$and": [{"team": "red"}, {"$or": [{"year": "2023"}, {"year": 1}]}]}, "c"),
        ({"team": "'; drop table fields; --"}, ""),
        ({"team": []}, ""),
    ],
)
def test_conditions(catalog: Catalog, conditions, found: str) -> None:
    where = Filter(metadata=conditions)
    assert catalog.resolve_filter(where).documents == tuple(found)
    assert catalog.count_documents(where) == len(found)


def test_conditions_narrow_other_conditions(catalog: Catalog) -> None:
    where = Filter(documents=("a", "b"), sources=["a", "c"], metadata={"team": "red"})
    assert catalog.resolve_filter(where).documents == ("a",)


def test_filters_with_conditions_can_be_compared_and_kept() -> None:
    first, second = (Filter(metadata={"team": ["b", "a"]}), Filter(metadata={"team": ["a", "b"]}))
    assert first == second
    assert hash(first) == hash(second)
    assert first != Filter(metadata={"team": "a"})


@pytest.mark.parametrize(
    "conditions",
    [
        {}, "team", {"team": {}}, {"team": {"$near": 1}}, {"$not": {"team": "red"}}, {"$and": []},
        {"$or": {"team": "red"}}, {"team": {"$in": "red"}}, {"team": object()}, {1: "red"},
        {"team": [["red"]]}, {"year": float("nan")},
    ],
)  # fmt: skip
def test_other_forms_are_refused(conditions) -> None:
    with pytest.raises(TypeError):
        Filter(metadata=conditions)


def test_metadata_come_back_as_json() -> None:
    given = {
        "b": np.float32(0.5),
        "a": {"x": (1, None)},
        "c": {2, 1},
        "d": None,
        "e": date(2024, 1, 2),
    }
    encoded = encode_metadata(given)
    assert decode_metadata(encoded) == {
        "b": 0.5,
        "a": {"x": [1, None]},
        "c": [1, 2],
        "e": "2024-01-02",
    }
    assert encode_metadata(dict(reversed(given.items()))) == encoded
    assert encode_metadata({}) == encode_metadata(None) == ""


@pytest.mark.parametrize(
    "given", ["text", {"x": object()}, {1: 2}, {"x": float("inf")}, {"x": 10**400}, [("a", 1)]]
)
def test_what_has_no_json_form_is_refused(given) -> None:
    with pytest.raises(TypeError):
        encode_metadata(given)
