"""Every setting, in one place, each with its environment variable ``CITESPAN_<NAME>``."""

from __future__ import annotations

from pathlib import Path

from platformdirs import user_data_path
from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

BUNDLED_MODEL = "all-MiniLM-L6-v2"


class Settings(BaseSettings):
    """How citespan behaves: arguments, else ``CITESPAN_*`` variables, else these defaults."""

    model_config = SettingsConfigDict(env_prefix="CITESPAN_", extra="forbid", frozen=True)

    home: Path = Field(
        default_factory=lambda: user_data_path("citespan"),
        description="Folder of the library: catalog, Chroma and lexical index, caches.",
    )
    embedding_model: str = Field(
        default=BUNDLED_MODEL,
        description="Sentence-transformers model: the bundled one, a folder, or a hub name.",
    )
    chunk_tokens: int = Field(
        default=160,
        ge=16,
        description="Longest chunk, in tokens of the embedding model, its title included; "
        "capped by what the model can read.",
    )
    passages: int = Field(default=8, ge=1, le=100, description="Passages retrieved per question.")
    max_sentences: int = Field(
        default=5, ge=1, le=20, description="Most sentences in an extractive answer."
    )
    min_confidence: float = Field(
        default=0.5,
        ge=0,
        le=1,
        description="Abstain when the probability that the documents hold the answer is lower.",
    )

    @field_validator("home")
    @classmethod
    def _absolute(cls, home: Path) -> Path:
        return home.expanduser().absolute()
