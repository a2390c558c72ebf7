"""Every setting, in one place, each with its environment variable ``CITESPAN_<NAME>``."""

import json
from pathlib import Path
from typing import Literal, Self
from urllib.parse import urlsplit

from platformdirs import user_cache_path, user_data_path
from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import (
    BaseSettings,
    InitSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from rag.settings_file import read_settings_file, warn_of_unknown_variables
from rag.types import AnswerLength

BUNDLED_MODEL = "all-MiniLM-L6-v2"


class Settings(BaseSettings):
    """How citespan behaves: arguments, else ``CITESPAN_*`` variables, else a file, else defaults.

    The file is what ``CITESPAN_CONFIG`` names, or ``citespan.toml`` in the current folder; see
    :mod:`rag.settings_file`.
    """

    model_config = SettingsConfigDict(
        env_prefix="CITESPAN_", extra="forbid", frozen=True, hide_input_in_errors=True
    )

    home: Path = Field(
        default_factory=lambda: user_data_path("citespan"),
        description="Folder of the library: catalog, Chroma and lexical index.",
    )
    catalog: str | None = Field(
        default=None,
        repr=False,
        description="PostgreSQL database for the catalog, as `postgresql+psycopg://user:password@"
        "host/name`, shared by any number of machines. None: a file in the home.",
    )
    chroma: str | None = Field(
        default=None,
        description="Address of a Chroma server, such as http://localhost:8000, or of Chroma "
        "Cloud, https://api.trychroma.com. None: a folder in the home.",
    )
    chroma_token: SecretStr | None = Field(
        default=None, description="What the Chroma server, or a proxy before it, wants to see."
    )
    chroma_token_header: str = Field(
        default="x-chroma-token",
        description="Header in which the token is sent; after `Authorization`, as a bearer token.",
    )
    chroma_tenant: str = Field(default="default_tenant", description="Tenant on that server.")
    chroma_database: str = Field(default="default_database", description="Database of the tenant.")
    embedding_model: str = Field(
        default=BUNDLED_MODEL,
        description="Sentence-transformers model: the bundled one, a folder, or a hub name.",
    )
    embedding_question_prompt: str | None = Field(
        default=None,
        description="What another embedding model than the bundled one wants before a question, "
        "such as `query: `. None: what the model's files say, or nothing.",
    )
    embedding_passage_prompt: str | None = Field(
        default=None,
        description="The same before a passage; with another one, the library is made anew.",
    )
    embedding_backend: Literal["auto", "openvino", "torch"] = Field(
        default="auto",
        description="What runs the embedding model: OpenVINO where it can and else "
        "sentence-transformers (auto), or one of them; torch uses a GPU where there is one.",
    )
    embedding_precision: Literal["native", "int8"] = Field(
        default="native",
        description="In what the embedding model multiplies: what the processor is built for, or "
        "int8, which is faster on some and whose vectors differ a little; a library keeps to one. "
        "OpenVINO only.",
    )
    model_cache: Path = Field(
        default_factory=lambda: user_cache_path("citespan") / "models",
        description="Folder of models converted for OpenVINO; one serves all libraries. "
        "`make chat` has one of its own, `.citespan/models` in the checkout.",
    )
    chunk_tokens: int = Field(
        default=160,
        ge=16,
        description="Longest chunk, in tokens of the embedding model, its title included; "
        "capped by what the model can read.",
    )
    passages: int = Field(
        default=8,
        ge=1,
        le=100,
        description="Passages read per question; a chat model gets three times as many.",
    )
    reranker: str | None = Field(
        default=None,
        description="Sentence-transformers cross-encoder that puts the best passages in order "
        "again: a folder, or a hub name. None: their scores stand.",
    )
    max_sentences: int = Field(
        default=5, ge=1, le=20, description="Most sentences in an extractive answer."
    )
    answer_length: AnswerLength = Field(
        default="normal",
        description="How much an extractive answer shows: `short`, the best sentence; `normal`, "
        "as many as it takes; `full`, all that are worth showing.",
    )
    min_confidence: float = Field(
        default=0.45,
        ge=0,
        le=1,
        description="Abstain when the probability that the documents hold the answer is lower.",
    )

    chat_model: str | None = Field(
        default=None,
        description="Chat model that writes the answers, as `provider:model`: `openai:…`, "
        "`ollama:…`, `anthropic:…`, any other name that LangChain's init_chat_model knows, or "
        "`local:FOLDER` with a Hugging Face model, or `local:FILE.gguf`. None: the documents' own "
        "sentences. Its key comes from the provider's usual variable, such as OPENAI_API_KEY.",
    )
    chat_base_url: str | None = Field(
        default=None, description="Address of the chat model's server, when not the provider's own."
    )
    chat_timeout: float = Field(
        default=60.0,
        gt=0,
        description="Seconds a chat model has for one question, from first call to last word.",
    )
    chat_context_tokens: int = Field(
        default=8192,
        ge=256,
        description="Tokens that the chat model may be given and may answer with, together.",
    )
    chat_reply_tokens: int = Field(
        default=2048,
        ge=16,
        description="Of those, the most it may answer with, its reasoning included.",
    )
    chat_temperature: float | None = Field(
        default=None,
        ge=0,
        le=2,
        description="Sampling temperature. None: the provider's own; 0 for Ollama and for servers "
        "of your own, and no sampling for a local folder.",
    )
    chat_options: str = Field(
        default="{}",
        description="More options of LangChain's chat model, a JSON object such as "
        '`{"reasoning_effort": "low"}`; they outrank the others. Not for a local folder.',
    )
    chat_rules: str = Field(
        default="",
        max_length=8_000,
        description="A rule of your own for the chat model, after the built-in ones, such as "
        "`Answer in one sentence of at most 20 words.`",
    )
    strict: bool = Field(
        default=False,
        description="Drop the sentences of a chat model that their sources do not support, "
        "instead of marking them.",
    )
    support_model: str | None = Field(
        default=None,
        description="Sentence-transformers cross-encoder for natural language inference or fact "
        "checking that judges a chat model's sentences: a folder, or a hub name. None: "
        "`judge_support`.",
    )

    upload_megabytes: int = Field(
        default=64,
        ge=1,
        description="Largest file that the page takes or that is fetched from a web address, in "
        "millions of bytes.",
    )
    upload_files: int = Field(
        default=1_000,
        ge=0,
        description="Most files and web addresses that the page takes; 0: it takes none.",
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Read arguments first, then variables, then the file."""
        warn_of_unknown_variables(frozenset(cls.model_fields))
        values = InitSettingsSource(settings_cls, init_kwargs=read_settings_file())
        return init_settings, env_settings, values

    @field_validator("chat_options", mode="before")
    @classmethod
    def _json_object(cls, options: object) -> str:
        """A JSON object as text, so that settings can be compared and kept; also made of a dict."""
        try:
            given = json.loads(options) if isinstance(options, str) else options
            if not isinstance(given, dict):
                raise TypeError
            return json.dumps(given, sort_keys=True)
        except (TypeError, ValueError):
            raise ValueError("must be a JSON object") from None

    @field_validator("home", "model_cache")
    @classmethod
    def _absolute(cls, folder: Path) -> Path:
        return folder.expanduser().absolute()

    @field_validator(
        "chat_model", "chat_base_url", "reranker", "support_model", "catalog", "chroma"
    )
    @classmethod
    def _empty_is_none(cls, text: str | None) -> str | None:
        return text.strip() or None if text else None

    @field_validator("chat_base_url")
    @classmethod
    def _plain_address(cls, address: str | None) -> str | None:
        """An address is shown in notices, so it must not carry what is secret."""
        if address is None:
            return None
        parts = urlsplit(address)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ValueError("an address looks like http://localhost:8000/v1")
        if parts.username or parts.password or parts.query or parts.fragment:
            raise ValueError(
                "leave user, password and what follows a ? out of the address; a key belongs into "
                "the provider's variable, such as OPENAI_API_KEY"
            )
        return address.rstrip("/")

    @field_validator("chroma")
    @classmethod
    def _plain_server(cls, address: str | None) -> str | None:
        parts = urlsplit(address or "http://none")
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ValueError("an address looks like http://localhost:8000")
        if parts.username or parts.path.strip("/") or parts.query or parts.fragment:
            raise ValueError("leave out all but host and port; a token is CITESPAN_CHROMA_TOKEN's")
        return address.rstrip("/") if address else None

    @model_validator(mode="after")
    def _int8_by_openvino(self) -> Self:
        if self.embedding_precision == "int8" and self.embedding_backend == "torch":
            raise ValueError("only OpenVINO embeds in int8; leave embedding_backend as it is")
        return self

    @model_validator(mode="after")
    def _room_for_a_prompt(self) -> Self:
        if self.chat_reply_tokens > self.chat_context_tokens - 128:
            raise ValueError(
                f"chat_reply_tokens ({self.chat_reply_tokens}) leaves no room for a prompt in "
                f"chat_context_tokens ({self.chat_context_tokens})"
            )
        return self
