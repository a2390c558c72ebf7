"""From a chat model's name in the settings to a LangChain ``BaseChatModel``.

Three providers have an extra of their own, and so has a folder on this machine; every other name
goes to LangChain's ``init_chat_model`` as it is. Keys are read from the environment by the
providers' packages and nowhere else.
"""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag.chat.failures import Place, explained, missing_key, redacted
from rag.chat.tokens import CountTokens, counter, estimate
from rag.errors import ChatModelError, MissingExtraError, pip_command
from rag.settings import Settings

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

_LISTING = 3.0
"""Seconds that a server has to say which models it holds."""
_MOST_LISTED = 8


@dataclass(frozen=True, slots=True)
class _Provider:
    """What has to be there for a provider's models.

    :param extra: of this distribution, as in ``pip install 'citespan[openai]'``.
    :param module: the package that the extra brings.
    :param home: the address of its own server.
    :param key: the variable of its key, empty when it needs none.
    :param moved: the variables that name another server in its place.
    """

    extra: str
    module: str
    home: str = ""
    key: str = ""
    moved: tuple[str, ...] = ()


_PROVIDERS = {
    "openai": _Provider(
        extra="openai",
        module="langchain_openai",
        home="https://api.openai.com/v1",
        key="OPENAI_API_KEY",
        moved=("OPENAI_API_BASE", "OPENAI_BASE_URL"),
    ),
    "anthropic": _Provider(
        extra="anthropic",
        module="langchain_anthropic",
        home="https://api.anthropic.com",
        key="ANTHROPIC_API_KEY",
        moved=("ANTHROPIC_API_URL", "ANTHROPIC_BASE_URL"),
    ),
    "ollama": _Provider(
        extra="ollama",
        module="langchain_ollama",
        home="http://127.0.0.1:11434",
        moved=("OLLAMA_HOST",),
    ),
    "local": _Provider(extra="local", module="langchain_huggingface"),
}
# A question is one request; a connection kept open for the next would outlive whoever asked.
_HEADERS = {"Connection": "close"}
_OTHER = _Provider(extra="", module="")


@dataclass(frozen=True, slots=True)
class ChatModel:
    """A chat model that is ready to be called.

    :param tells_end: whether a whole reply says why it ended; then one that does not broke off.
    :param context_tokens: the most it reads and writes together.
    :param count_notice: why ``count`` guesses, when it could count.
    :param listed: the names of the server's models, for a person who named one it does not have.
    """

    model: BaseChatModel
    place: Place
    tells_end: bool
    context_tokens: int
    count: CountTokens
    count_notice: str = ""
    listed: Callable[[], list[str]] = list


def opened(settings: Settings) -> ChatModel:
    """The chat model that the settings name.

    :raises MissingExtraError: its package is not installed.
    :raises ChatModelError: there is no such provider, or no such folder.
    :raises ChatFailure: it cannot be called now, for want of a key.
    """
    assert settings.chat_model is not None
    provider, name = _split(settings.chat_model)
    known = _PROVIDERS.get(provider, _OTHER)
    if known.module and find_spec(known.module) is None:
        raise MissingExtraError(
            f"{settings.chat_model} needs a package that is not installed: "
            + pip_command(known.extra)
        )
    if provider == "local":
        return _local(name, settings)
    elsewhere = settings.chat_base_url or next(filter(None, map(os.environ.get, known.moved)), "")
    address = redacted((elsewhere or known.home).partition("?")[0])
    place = Place(settings.chat_model, address, known.key)
    if known.key and not os.environ.get(known.key) and not elsewhere:
        raise missing_key(place)
    model = _by_name(settings, provider, name, place)
    openai = provider == "openai"
    count, notice = counter(name, may_download=not elsewhere) if openai else (estimate, "")
    return ChatModel(
        model,
        place,
        tells_end=True,
        context_tokens=settings.chat_context_tokens,
        count=count,
        count_notice=notice,
        listed=lambda: _within(_LISTING, lambda: _models(provider, model)),
    )


def wrapped(model: BaseChatModel, settings: Settings) -> ChatModel:
    """A model object that the caller has made, with whatever options it was given."""
    kind = type(model).__name__
    told = getattr(model, "model_name", None) or getattr(model, "model", None)
    name = f"{kind}:{told}" if isinstance(told, str) else kind
    return ChatModel(
        model,
        Place(redacted(name)),
        tells_end=kind in {"ChatOpenAI", "ChatAnthropic", "ChatOllama"},
        context_tokens=settings.chat_context_tokens,
        count=estimate,
    )


def _split(name: str) -> tuple[str, str]:
    """Provider and model; the provider of OpenAI's and Anthropic's own names may be left out."""
    provider, colon, model = name.partition(":")
    if colon:
        return provider.replace("-", "_").lower(), model
    if re.match(r"gpt-|chatgpt|o\d", name):
        return "openai", name
    return ("anthropic", name) if name.startswith("claude") else ("", name)


def _by_name(settings: Settings, provider: str, name: str, place: Place) -> BaseChatModel:
    from langchain.chat_models import init_chat_model

    options: dict[str, Any] = {"temperature": settings.chat_temperature}
    if provider == "ollama":
        # Ollama cuts the beginning off a prompt that is longer than its context, and says nothing
        options["num_ctx"] = settings.chat_context_tokens
        options["num_predict"] = settings.chat_reply_tokens
        options["temperature"] = settings.chat_temperature or 0
        options["client_kwargs"] = {"headers": _HEADERS}
    else:
        options["max_tokens"] = settings.chat_reply_tokens
    if provider in {"openai", "anthropic"}:
        options["default_headers"] = _HEADERS
        options["max_retries"] = 0  # retried in one place for all providers, within the deadline
        if not os.environ.get(place.key):
            options["api_key"] = "none"  # a server of one's own asks for none, its client does
    if settings.chat_base_url:
        options["base_url"] = settings.chat_base_url
    options = {option: value for option, value in options.items() if value is not None}
    named = f"{provider}:{name}" if provider else name
    try:
        model: BaseChatModel = init_chat_model(named, **options)
    except ImportError as error:
        package = re.search(r"pip install ([\w-]+)", str(error))
        needs = package.group(1) if package else str(error)
        raise MissingExtraError(
            f"{named} needs a package that is not installed: pip install {needs}"
        ) from None
    except ValueError as error:
        if "provider" in str(error):
            raise ChatModelError(
                f"{named!r} is no chat model that LangChain knows; name one as provider:model, "
                "for example openai:gpt-4.1-mini, ollama:llama3.2 or anthropic:claude-sonnet-4-5"
            ) from None
        raise explained(error, place) from None
    except Exception as error:  # noqa: BLE001 - a provider's own; most say that a key is missing
        raise explained(error, place) from None
    return model


def _local(name: str, settings: Settings) -> ChatModel:
    """A causal model in a Hugging Face folder, run by transformers in this process."""
    folder = Path(name).expanduser()
    if not (folder / "config.json").is_file():
        raise ChatModelError(
            f"there is no model in {folder}; local: takes a folder with a Hugging Face model, "
            "its config.json, weights and tokenizer"
        )
    os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
    os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
    from langchain_core.language_models import BaseChatModel
    from langchain_huggingface import ChatHuggingFace, HuggingFacePipeline

    class LocalChat(ChatHuggingFace):
        """Its own asynchronous stream is for servers; LangChain's runs the other in a thread."""

        _astream = BaseChatModel._astream  # noqa: SLF001 - what a subclass inherits

    sampling: dict[str, Any] = {"do_sample": bool(settings.chat_temperature)}
    if settings.chat_temperature:
        sampling["temperature"] = settings.chat_temperature
    try:
        llm = HuggingFacePipeline.from_model_id(
            str(folder),
            task="text-generation",
            model_kwargs={"local_files_only": True},
            pipeline_kwargs={
                "max_new_tokens": settings.chat_reply_tokens,
                "max_time": settings.chat_timeout,  # a thread cannot be cancelled
                "return_full_text": False,
                **sampling,
            },
        )
    except (OSError, ValueError, RuntimeError, ImportError, KeyError) as error:
        raise ChatModelError(f"the model in {folder} cannot be loaded: {error}") from error
    tokenizer = llm.pipeline.tokenizer
    if not tokenizer.chat_template:
        raise ChatModelError(
            f"the model in {folder} has no chat template; take one that was trained for chat"
        )
    longest = getattr(llm.pipeline.model.config, "max_position_embeddings", None)
    return ChatModel(
        LocalChat(llm=llm, tokenizer=tokenizer),
        Place(settings.chat_model or name),
        tells_end=False,
        context_tokens=min(longest or settings.chat_context_tokens, settings.chat_context_tokens),
        count=lambda text: len(tokenizer.encode(text, add_special_tokens=False)),
    )


def _models(provider: str, model: Any) -> list[str]:
    """The server's models, through the provider's own client."""
    if provider == "openai":
        return [str(held.id) for held in model.root_client.models.list()]
    if provider == "ollama":
        import ollama

        return [
            str(held.model)
            for held in ollama.Client(model.base_url, headers=_HEADERS).list().models
        ]
    return []


def _within(seconds: float, listing: Callable[[], list[str]]) -> list[str]:
    """The first few names, or none when they do not come in time."""
    found: list[str] = []

    def ask() -> None:
        with suppress(Exception):  # it only helps to name a model
            found.extend(sorted(listing()))

    thread = threading.Thread(target=ask, name="citespan-models", daemon=True)
    thread.start()
    thread.join(seconds)
    return found[:_MOST_LISTED]
