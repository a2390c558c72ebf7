"""What came of the web addresses of an ingest. Importing this loads no HTTP client."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of the version that the library has.

    :param etag: the server's name of it, or "".
    :param modified: its time, nanoseconds since the epoch; 0 if not known.
    """

    etag: str = ""
    modified: int = 0


@dataclass(frozen=True, slots=True)
class WebPage:
    """A page or a file that was fetched, or that is as the library has it.

    :param name: its address, the name of the source.
    :param path: the file with its bytes; "" if it is as the library has it.
    :param size: bytes.
    :param modified: nanoseconds since the epoch; 0 if not known.
    :param mark: a number that changes with the bytes.
    :param module: its format's.
    :param etag: what the server calls this version, or "".
    """

    name: str
    path: str
    size: int
    modified: int
    mark: int
    module: str
    etag: str

    @property
    def version(self) -> Known:
        """What to tell the server of it."""
        return Known(self.etag, self.modified)


@dataclass
class WebPages:
    """What came of the addresses of an ingest, by the address as it was given.

    :param failed: why it cannot be read.
    :param gone: if the server says that there is nothing, the names that it may have as a source.
    """

    found: dict[str, WebPage] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)
    gone: dict[str, tuple[str, ...]] = field(default_factory=dict)
