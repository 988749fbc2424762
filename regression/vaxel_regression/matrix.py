"""Which cases there are: every pack, sample, language and artifact, or the few that show the most."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from fnmatch import fnmatchcase
from pathlib import Path
from typing import cast

from vaxel_engine import intake, packs
from vaxel_engine.errors import Misconfigured, Unreadable
from vaxel_engine.model import Document, DocumentKind, Language
from vaxel_engine.packs import Pack
from vaxel_engine.rendering import kinds_of
from vaxel_regression.observation import FACTS, MONOCHROME

_READABLE = frozenset({".json", ".jsonl", ".xml"})
_KEYS = ("pack", "sample", "language", "artifact")


class Matrix(StrEnum):
    """How much is guarded: `quick` takes the first sample of each kind of document, `full` takes all."""

    QUICK = "quick"
    FULL = "full"


@dataclass(frozen=True, slots=True)
class Sample:
    """One document of a sample file; `name` is "november.json-1", file and record."""

    name: str
    file: str
    document: Document = field(repr=False)

    def speaking(self, language: str) -> Document:
        """The same document to a recipient who reads `language`."""
        recipient = self.document.recipient.model_copy(update={"language": cast("Language", language)})
        return self.document.model_copy(update={"recipient": recipient})


@dataclass(frozen=True, slots=True)
class Samples:
    """Every document of the sample files in their order, and a sentence for each record that cannot be read."""

    documents: tuple[Sample, ...]
    unread: tuple[str, ...]
    files: tuple[str, ...]

    def chosen(self, matrix: Matrix) -> Iterator[Sample]:
        """The samples of a matrix."""
        met: set[DocumentKind] = set()
        for sample in self.documents:
            if matrix is Matrix.FULL or sample.document.kind not in met:
                met.add(sample.document.kind)
                yield sample


@dataclass(frozen=True, slots=True)
class Selection:
    """What `--vaxel-select` asks for: "language=sv artifact=*_pdf,web"; every term must hold, any of its patterns."""

    terms: Mapping[str, tuple[str, ...]]

    @classmethod
    def of(cls, expression: str) -> "Selection":
        """Read an expression; raises Misconfigured for a key that does not exist."""
        terms: dict[str, tuple[str, ...]] = {}
        for term in expression.split():
            key, equals, patterns = term.partition("=")
            if key not in _KEYS or not equals or not patterns:
                raise Misconfigured(
                    f'--vaxel-select: "{term}" is no term; write key=pattern with one of {", ".join(_KEYS)}, '
                    'as in "language=sv artifact=*_pdf,web"'
                )
            terms[key] = tuple(patterns.split(","))
        return cls(terms)

    def has(self, case: str) -> bool:
        """Whether a case "pack/sample/language/artifact" is asked for."""
        parts: dict[str, str] = dict(zip(_KEYS, case.split("/"), strict=True))
        return all(any(fnmatchcase(parts[key], glob) for glob in globs) for key, globs in self.terms.items())


def brands(folder: Path) -> tuple[str, ...]:
    """The packs of a folder by name; one that another there extends is guarded through its heirs.

    Raises Misconfigured when there is none.
    """
    found = {path.parent.name: path for path in sorted(folder.glob("*/brand.toml"))}
    if not found:
        raise Misconfigured(
            f"--vaxel-packs: there is no pack in {folder}; give the folder that holds <brand>/brand.toml"
        )
    inherited = {_parent(path) for path in found.values()}
    return tuple(name for name in found if name not in inherited) or tuple(found)


def _parent(path: Path) -> str | None:
    """What a pack says it extends; without parsing, since a pack that does not parse is a case that fails."""
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
        key, _, value = line.partition("=")
        if key.strip() == "extends":
            return value.partition("#")[0].strip().strip("\"'")
    return None


def load(brand: str, folder: Path) -> Pack:
    """The pack, which may extend those that come with Vaxel; raises as `vaxel_engine.packs.load` does."""
    return packs.load(brand, [folder, packs.packs()])


def read_samples(places: Sequence[Path]) -> Samples:
    """Read every sample file in `places`, files or folders; raises Misconfigured when there is no document at all."""
    documents: list[Sample] = []
    unread: list[str] = []
    files = [file for place in places for file in _files(place)]
    for file in files:
        try:
            reading = intake.read(file)
            documents += [
                Sample(f"{file.name}-{record}", file.name, document) for record, document in reading.numbered()
            ]
            unread += [rejection.sentence for rejection in reading.rejections]
        except Unreadable as error:
            unread.append(str(error))
    if not documents:
        named = ", ".join(str(place) for place in places)
        raise Misconfigured(f"--vaxel-samples: no document can be read from {named}; give sample files or their folder")
    return Samples(tuple(documents), tuple(unread), tuple(file.name for file in files))


def first_invoice(samples: Samples) -> Document:
    """The first invoice of the samples, which hard documents are made of; raises Misconfigured when there is none."""
    for sample in samples.documents:
        if sample.document.kind is DocumentKind.INVOICE:
            return sample.document
    raise Misconfigured("--vaxel-torture: hard documents are made of an invoice, and no sample is one; add one")


def languages(pack: Pack) -> tuple[str, ...]:
    """The languages a pack speaks."""
    return tuple(sorted(name.split(".")[1] for name in pack.files if name.startswith("words.")))


def artifacts(document: Document) -> tuple[str, ...]:
    """What there is to guard of a document: the facts first, then every form it can take; in greys what has a chart."""
    charted = (MONOCHROME,) if document.usage or document.balance is not None else ()
    return (FACTS, *(kind.value for kind in kinds_of(document)), *charted)


def _files(place: Path) -> list[Path]:
    if place.is_dir():
        return sorted(path for path in place.iterdir() if path.suffix in _READABLE and path.is_file())
    return [place] if place.is_file() else []
