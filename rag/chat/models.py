"""Open the chat model that the settings name, as a LangChain ``BaseChatModel``.

Three providers, and models in a folder, have an extra of their own; every other name goes to
LangChain's ``init_chat_model`` as it is. Only the providers' packages read the keys, from the
environment.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag.chat.failures import Place, explain_failure, missing_key, redact
from rag.chat.tokens import CountTokens, call_within, choose_counter, estimate
from rag.errors import ChatModelError, MissingExtraError, pip_command
from rag.settings import Settings

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

_LISTING = 3.0
"""Seconds that a server has to list its models."""
_MOST_LISTED = 8


@dataclass(frozen=True, slots=True)
class _Provider:
    """What a provider's models need.

    :param module: the package that the extra of its name brings; "" for LangChain's choice.
    :param home: the address of its own server.
    :param key: the variable of its key, empty when it needs none.
    :param moved: the variables that name another server instead.
    """

    module: str = ""
    home: str = ""
    key: str = ""
    moved: tuple[str, ...] = ()


_PROVIDERS = {
    "openai": _Provider(
        "langchain_openai",
        "https://api.openai.com/v1",
        "OPENAI_API_KEY",
        ("OPENAI_API_BASE", "OPENAI_BASE_URL"),
    ),
    "anthropic": _Provider(
        "langchain_anthropic",
        "https://api.anthropic.com",
        "ANTHROPIC_API_KEY",
        ("ANTHROPIC_API_URL", "ANTHROPIC_BASE_URL"),
    ),
    "ollama": _Provider("langchain_ollama", "http://127.0.0.1:11434", moved=("OLLAMA_HOST",)),
    "local": _Provider("langchain_huggingface"),
}
# A question is one request; a connection kept open for the next would outlive whoever asked.
_HEADERS = {"Connection": "close"}


@dataclass(frozen=True, slots=True)
class ChatModel:
    """A chat model that is ready to be called.

    :param tells_end: whether a complete reply says why it ended; one that does not was cut off.
    :param context_tokens: the most that it reads and writes together.
    :param count_notice: why ``count`` estimates; "" when it counts, or never could.
    :param list_models: lists the server's models, for an error about a model it does not have.
    """

    model: BaseChatModel
    place: Place
    tells_end: bool
    context_tokens: int
    count: CountTokens
    count_notice: str = ""
    list_models: Callable[[], list[str]] = list


def open_chat_model(settings: Settings) -> ChatModel:
    """Open the chat model that the settings name.

    :raises MissingExtraError: its package is not installed.
    :raises ChatModelError: there is no such provider, or no such folder.
    :raises ChatFailure: it cannot be called now, since its key is missing.
    """
    assert settings.chat_model is not None
    provider, name = _split(settings.chat_model)
    known = _PROVIDERS.get(provider, _Provider())
    if known.module and find_spec(known.module) is None:
        raise MissingExtraError(
            f"{settings.chat_model} needs a package that is not installed: " + pip_command(provider)
        )
    if provider == "local":
        return _open_local(name, settings)
    elsewhere = settings.chat_base_url or next(filter(None, map(os.environ.get, known.moved)), "")
    address = redact((elsewhere or known.home).partition("?")[0])
    place = Place(settings.chat_model, address, known.key)
    if known.key and not os.environ.get(known.key) and not elsewhere:
        raise missing_key(place)
    model = _init_model(settings, provider, name, place)
    openai = provider == "openai"
    count, notice = choose_counter(name, may_download=not elsewhere) if openai else (estimate, "")
    return ChatModel(
        model,
        place,
        tells_end=True,
        context_tokens=settings.chat_context_tokens,
        count=count,
        count_notice=notice,
        list_models=lambda: call_within(_LISTING, lambda: _list_models(provider, model)) or [],
    )


def wrap_chat_model(model: BaseChatModel, settings: Settings) -> ChatModel:
    """Wrap a model object that the caller has made."""
    kind = type(model).__name__
    told = getattr(model, "model_name", None) or getattr(model, "model", None)
    name = f"{kind}:{told}" if isinstance(told, str) else kind
    return ChatModel(
        model,
        Place(redact(name)),
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


def _init_model(settings: Settings, provider: str, name: str, place: Place) -> BaseChatModel:
    from langchain.chat_models import init_chat_model

    options: dict[str, Any] = {"temperature": settings.chat_temperature}
    if provider == "ollama":
        # Ollama silently cuts off the beginning of a prompt that is longer than its context
        options["num_ctx"] = settings.chat_context_tokens
        options["num_predict"] = settings.chat_reply_tokens
        options["temperature"] = settings.chat_temperature or 0
        options["client_kwargs"] = {"headers": _HEADERS}
    elif provider == "openai" and place.address != _PROVIDERS["openai"].home:
        # what servers of the protocol know, whatever OpenAI's own calls it now
        options["extra_body"] = {"max_tokens": settings.chat_reply_tokens}
        options["temperature"] = settings.chat_temperature or 0
        options["stream_usage"] = True
    else:
        options["max_tokens"] = settings.chat_reply_tokens
    if provider in {"openai", "anthropic"}:
        options["default_headers"] = _HEADERS
        options["max_retries"] = 0  # retried in one place for all providers, within the deadline
        if not os.environ.get(place.key):
            options["api_key"] = "none"  # the client needs one, even when the server does not
    if settings.chat_base_url:
        options["base_url"] = settings.chat_base_url
    options = {option: value for option, value in options.items() if value is not None}
    options |= json.loads(settings.chat_options)
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
                f"LangChain knows no chat model {named!r}; name one as provider:model, "
                "for example openai:gpt-4.1-mini, ollama:llama3.2 or anthropic:claude-sonnet-4-5"
            ) from None
        raise explain_failure(error, place) from None
    except Exception as error:  # noqa: BLE001 - a provider's own; most say that a key is missing
        raise explain_failure(error, place) from None
    return model


def _open_local(name: str, settings: Settings) -> ChatModel:
    """Open a causal model in a folder or a GGUF file; transformers runs it in this process."""
    path = Path(name).expanduser()
    is_gguf = path.suffix == ".gguf"
    if not (path.is_file() if is_gguf else (path / "config.json").is_file()):
        raise ChatModelError(
            f"there is no model in {path}; local: takes a folder with a Hugging Face model, "
            "its config.json, weights and tokenizer, or a .gguf file"
        )
    if is_gguf and find_spec("gguf") is None:
        raise MissingExtraError(
            f"{path} needs a package that is not installed: " + pip_command("gguf")
        )
    os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
    os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
    from langchain_core.language_models import BaseChatModel
    from langchain_huggingface import ChatHuggingFace

    from rag.chat.local import LocalPipeline

    class LocalChat(ChatHuggingFace):
        """Its own asynchronous stream needs a server; LangChain's runs the other in a thread."""

        _astream = BaseChatModel._astream  # noqa: SLF001 - what a subclass inherits

    sampling: dict[str, Any] = {"do_sample": bool(settings.chat_temperature)}
    if settings.chat_temperature:
        sampling["temperature"] = settings.chat_temperature
    try:
        llm = LocalPipeline.from_model_id(
            str(path.parent if is_gguf else path),
            task="text-generation",
            model_kwargs={"local_files_only": True} | ({"gguf_file": path.name} if is_gguf else {}),
            pipeline_kwargs={
                "max_new_tokens": settings.chat_reply_tokens,
                "max_time": settings.chat_timeout,  # a thread cannot be cancelled
                "return_full_text": False,
                **sampling,
            },
        )
    except (OSError, ValueError, RuntimeError, ImportError, KeyError) as error:
        raise ChatModelError(f"the model in {path} cannot be loaded: {error}") from error
    tokenizer = llm.pipeline.tokenizer
    if not tokenizer.chat_template:
        raise ChatModelError(
            f"the model in {path} has no chat template; use one that was trained for chat"
        )
    longest = getattr(llm.pipeline.model.config, "max_position_embeddings", None)
    return ChatModel(
        LocalChat(llm=llm, tokenizer=tokenizer),
        Place(settings.chat_model or name),
        tells_end=False,
        context_tokens=min(longest or settings.chat_context_tokens, settings.chat_context_tokens),
        count=lambda text: len(tokenizer.encode(text, add_special_tokens=False)),
    )


def _list_models(provider: str, model: Any) -> list[str]:
    """List some of the server's models, by the provider's own client."""
    names: list[str] = []
    if provider == "openai":
        names = [str(held.id) for held in model.root_client.models.list()]
    elif provider == "ollama":
        import ollama

        held_there = ollama.Client(model.base_url, headers=_HEADERS).list().models
        names = [str(held.model) for held in held_there]
    return sorted(names)[:_MOST_LISTED]
