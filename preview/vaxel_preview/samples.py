"""The shelf of samples: every document of every sample file, found again by an id that is no path."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from vaxel_engine import intake
from vaxel_engine.errors import Misconfigured, Rejected, Unreadable
from vaxel_engine.model import Document

SUFFIXES = frozenset({".json", ".jsonl", ".xml"})


@dataclass(frozen=True, slots=True)
class Sample:
    """One document of a sample file; `id` stays the same while the file is edited."""

    id: str
    file: Path
    document: Document = field(repr=False)
    note: str = ""
    """Why it is looked at, where somebody or something chose it."""

    def speaking(self, language: str) -> Document:
        """The same document to a recipient who reads `language`."""
        recipient = self.document.recipient.model_copy(update={"language": language})
        return self.document.model_copy(update={"recipient": recipient})

    @property
    def title(self) -> str:
        """What it is called in a list."""
        said = f"{self.document.reference} · {self.document.recipient.name}"
        return f"{self.note} · {said}" if self.note else said

    @property
    def gist(self) -> str:
        """What it is, in a few words."""
        return f"{self.document.kind.value.replace('_', ' ')} · {self.document.recipient.language} · {self.file.name}"


@dataclass(frozen=True, slots=True)
class Shelf:
    """Every sample in the order of the files, and what was wrong with the records that are not there."""

    samples: Mapping[str, Sample]
    refused: Mapping[str, Rejected | Unreadable]
    files: Mapping[str, Path]

    def groups(self) -> Iterator[tuple[str, tuple[Sample, ...]]]:
        """The samples of each file, by the file's name."""
        for name, path in self.files.items():
            members = tuple(sample for sample in self.samples.values() if sample.file == path)
            if members:
                yield name, members

    def with_drafts(self, drafts: Iterable[Sample]) -> "Shelf":
        """The same with documents that lie in no file, after those that do."""
        more = {one.id: one for one in drafts}
        files = {one.file.name: one.file for one in more.values()}
        return Shelf({**self.samples, **more}, self.refused, {**self.files, **files})

    def trouble(self, sample_id: str) -> Rejected | Unreadable | None:
        """Why this sample cannot be read now: its record, or its whole file; None when it can."""
        return self.refused.get(sample_id) or self.refused.get(sample_id.rpartition(":")[0])


def read_shelf(places: Sequence[Path]) -> Shelf:
    """Read every sample file in `places`, which are files or folders; a broken record or file leaves the others alone.

    Raises Misconfigured when there is no sample file at all.
    """
    files = {path.name: path for place in places for path in _files_of(place)}
    if not files:
        named = ", ".join(str(place) for place in places)
        raise Misconfigured(f"there is no sample file (.json, .jsonl or .xml) in {named}; name one with --samples")
    samples: dict[str, Sample] = {}
    refused: dict[str, Rejected | Unreadable] = {}
    for name, path in files.items():
        try:
            reading = intake.read(path)
            for record, document in reading.numbered():
                samples[f"{name}:{record}"] = Sample(f"{name}:{record}", path, document)
            refused.update({f"{name}:{rejection.record}": rejection for rejection in reading.rejections})
        except Unreadable as error:
            refused[name] = error
        except Exception as fault:  # noqa: BLE001 - the page of all samples must not end with one file
            refused[name] = Unreadable(f"{name}: the reader stopped on a fault of its own ({type(fault).__name__}).")
    return Shelf(samples, refused, files)


def _files_of(place: Path) -> list[Path]:
    if place.is_dir():
        return sorted(path for path in place.iterdir() if path.suffix in SUFFIXES and path.is_file())
    return [place] if place.is_file() else []
