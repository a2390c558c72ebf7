"""The options that several commands share, each declared once.

Imports that take time stay inside, so that ``--help`` answers at once.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import MISSING, asdict, dataclass, fields, is_dataclass
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, get_type_hints

import typer

if TYPE_CHECKING:
    from rag import Settings

Json = Annotated[bool, typer.Option("--json", help="Print JSON; docs/cli.md describes the fields.")]


@dataclass(frozen=True)
class HomeOptions:
    """Which library."""

    home: Annotated[
        Path | None,
        typer.Option(
            "--home",
            help="Folder of the library. [default: CITESPAN_HOME, else the user's data folder]",
        ),
    ] = None

    def settings(self) -> Settings:
        """The settings of the environment, with these options instead where they are given.

        :raises typer.BadParameter: a setting is not valid.
        """
        from pydantic import ValidationError

        from rag import Settings

        given = {name: value for name, value in asdict(self).items() if value is not None}
        try:
            return Settings(**given)
        except ValidationError as error:
            wrong = "; ".join(
                f"CITESPAN_{'_'.join(map(str, e['loc'])).upper()}: {e['msg']}"
                for e in error.errors()
            )
            raise typer.BadParameter(wrong) from error


@dataclass(frozen=True)
class LibraryOptions(HomeOptions):
    """Which library, and the model that embeds."""

    embedding_model: Annotated[
        str | None,
        typer.Option("--embedding-model", help="A sentence-transformers model: name or folder."),
    ] = None


@dataclass(frozen=True)
class ChatOptions(LibraryOptions):
    """The same, and a chat model."""

    chat_model: Annotated[
        str | None,
        typer.Option(
            "--chat-model",
            help="Chat model that writes the answers: openai:NAME, ollama:NAME, anthropic:NAME, "
            "local:FOLDER; see docs/chat-models.md. [default: CITESPAN_CHAT_MODEL, else none]",
            metavar="MODEL",
        ),
    ] = None
    chat_base_url: Annotated[
        str | None,
        typer.Option(
            "--base-url",
            help="Address of the chat model's server, if it is not the provider's own.",
        ),
    ] = None


@dataclass(frozen=True)
class AnswerOptions(ChatOptions):
    """The same, and how strictly the chat model's sentences are checked."""

    strict: Annotated[
        bool | None,
        typer.Option(
            "--strict",
            help="Leave out the chat model's sentences that their sources do not support.",
        ),
    ] = None


def expand_options(command: Callable[..., None]) -> Callable[..., None]:
    """Let a command take groups of options as dataclasses: each field becomes an option.

    Typer reads the signature of a function, so the fields are written into it. The options that
    commands share come last.
    """
    groups: dict[str, Any] = {}
    own: list[inspect.Parameter] = []
    shared: list[inspect.Parameter] = []
    for parameter in inspect.signature(command, eval_str=True).parameters.values():
        group = parameter.annotation
        if not (isinstance(group, type) and is_dataclass(group)):
            own.append(parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY))
            continue
        groups[parameter.name] = group
        hints = get_type_hints(group, include_extras=True)
        for field in fields(group):
            default = inspect.Parameter.empty if field.default is MISSING else field.default
            (shared if issubclass(group, HomeOptions) else own).append(
                inspect.Parameter(
                    field.name,
                    inspect.Parameter.KEYWORD_ONLY,
                    default=default,
                    annotation=hints[field.name],
                )
            )

    @wraps(command)
    def run(**given: Any) -> None:
        for name, group in groups.items():
            given[name] = group(**{field.name: given.pop(field.name) for field in fields(group)})
        command(**given)

    run.__signature__ = inspect.Signature([*own, *shared])  # type: ignore[attr-defined]
    return run
