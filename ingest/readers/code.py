"""Reads source code and other files that are lines of text."""

from ingest.readers import LARGEST_TEXT_FILE, Format, Source, Tell
from ingest.readers.shared.decode import decode

_SUFFIXES = (
    # languages
    ".adb .ads .asm .awk .bas .bash .bat .c .cc .cfm .clj .cljs .cmake .coffee .cpp .cs .cu .cxx "
    ".d .dart .el .elm .erl .ex .exs .f .f90 .f95 .fish .for .fs .fsx .gd .go .gradle .groovy .h "
    ".hcl .hh .hpp .hrl .hs .hxx .ino .java .jl .js .jsx .kt .kts .less .lisp .lua .m .mjs .ml "
    ".mli .mm .nim .nix .pas .php .pl .pm .pro .proto .ps1 .py .pyi .pyx .r .rake .rb .rkt .rs .s "
    ".sass .scala .scm .scss .sh .sol .sql .swift .tcl .tf .thrift .ts .tsx .v .vb .vhd .vhdl .vim "
    ".vue .wgsl .zig .zsh .css .graphql .svelte "
    # settings and markup
    ".adoc .asciidoc .bib .cfg .cnf .conf .ini .org .properties .rst .tex .toml "
    ".xml .xsd .xsl .yaml .yml"
).split()


def read(data: bytes, _tell: Tell) -> Source:
    """The text as it is; a ``#`` is a comment here, not a heading."""
    text, warning = decode(data)
    return Source(text, "", warning, markdown=False)


FORMAT = Format(
    name="a file of source code",
    suffixes=tuple(_SUFFIXES),
    readers=(read,),
    isolated=False,
    names=("makefile", "dockerfile", "jenkinsfile", "rakefile", "gemfile", "cmakelists"),
    largest=LARGEST_TEXT_FILE,
)
