"""The options that several commands share, each declared once.

Imports that take time stay inside, so that ``--help`` answers at once.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, fields, is_dataclass
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from rag import Settings

Json = Annotated[
    bool, typer.Option("--json", help="Print JSON; docs/reference/cli.md describes the fields.")
]

In = Annotated[list[str] | None, typer.Option("--in", metavar="NAME|FOLDER|PATTERN")]


@dataclass(frozen=True)
class HomeOptions:
    """Which library.

    :param home: Folder of the library. [default: CITESPAN_HOME, else the user's data folder]
    """

    home: Path | None = None

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
            wrong = [
                f"CITESPAN_{'_'.join(map(str, e['loc'])).upper()}: {e['msg']}"
                for e in error.errors()
            ]
            raise typer.BadParameter("; ".join(wrong)) from error


@dataclass(frozen=True)
class LibraryOptions(HomeOptions):
    """Which library, and the model that embeds.

    :param embedding_model: A sentence-transformers model: name or folder.
    """

    embedding_model: str | None = None


@dataclass(frozen=True)
class ChatOptions(LibraryOptions):
    """The same, and a chat model.

    :param chat_model: Chat model that writes the answers: openai:NAME, ollama:NAME, anthropic:NAME,
        local:FOLDER or local:FILE.gguf; see docs/chat-models.md. [default: CITESPAN_CHAT_MODEL,
        else none]
    :param chat_base_url: Address of the chat model's server, if it is not the provider's own.
    """

    chat_model: Annotated[str | None, typer.Option(metavar="MODEL")] = None
    chat_base_url: Annotated[str | None, typer.Option("--base-url")] = None


@dataclass(frozen=True)
class AnswerOptions(ChatOptions):
    """The same, how long an answer is, and how strictly the chat model's sentences are checked.

    :param answer_length: How much is shown without a chat model: short, normal or full.
        [default: normal]
    :param strict: Leave out the chat model's sentences that their sources do not support.
    """

    answer_length: Annotated[str | None, typer.Option("--length", metavar="LENGTH")] = None
    strict: Annotated[bool | None, typer.Option("--strict")] = None


def expand_options(command: Callable[..., None]) -> Callable[..., None]:
    """Make a command's parameters options, with its ``:param`` lines as their help.

    A parameter that is a dataclass is a group: each of its fields becomes an option. Typer reads
    the signature of a function, so all are written into it. The shared options come last.
    """
    groups: dict[str, Any] = {}
    own: list[inspect.Parameter] = []
    shared: list[inspect.Parameter] = []
    for parameter in _describe_parameters(command):
        group = parameter.annotation
        if not is_dataclass(group):
            own.append(parameter)
            continue
        groups[parameter.name] = group
        is_shared = isinstance(group, type) and issubclass(group, HomeOptions)
        (shared if is_shared else own).extend(_describe_parameters(group))

    @wraps(command)
    def run(**given: Any) -> None:
        for name, group in groups.items():
            given[name] = group(**{field.name: given.pop(field.name) for field in fields(group)})
        command(**given)

    run.__doc__ = (command.__doc__ or "").split(":param ")[0].rstrip()
    run.__signature__ = inspect.Signature([*own, *shared])  # type: ignore[attr-defined]
    return run


def _describe_parameters(of: Any) -> Iterator[inspect.Parameter]:
    """The parameters of a function or a dataclass, each with the help of its docstring."""
    documented = "\n\n".join(each.__doc__ or "" for each in getattr(of, "__mro__", [of]))
    found = re.findall(r":param (\w+):((?:(?!\n\s*(?:\n|:)).)+)", documented, re.DOTALL)
    helps = {name: " ".join(text.split()) for name, text in found}
    for parameter in inspect.signature(of, eval_str=True).parameters.values():
        default, text = parameter.default, helps.get(parameter.name)
        if given := getattr(parameter.annotation, "__metadata__", None):
            given[0].help = given[0].help or text
        elif default is inspect.Parameter.empty:
            default = typer.Argument(..., help=text)
        else:
            default = typer.Option(default, f"--{parameter.name.replace('_', '-')}", help=text)
        yield parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY, default=default)
