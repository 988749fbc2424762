"""One document on its way to its artifacts: facts built once, each artifact made once."""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from importlib import import_module
from typing import Self, TypeAlias, TypeVar, cast

from vaxel_engine.artifact import Artifact, ArtifactKind
from vaxel_engine.mailing.printing import Printing
from vaxel_engine.model import Document, Language
from vaxel_engine.packs import Pack, Words
from vaxel_engine.packs.words import TreeRead
from vaxel_engine.rendering.charts import Chart, charts_for
from vaxel_engine.rendering.environment import fill_template
from vaxel_engine.rendering.facts import Facts, build_facts, plain
from vaxel_engine.writing import claims

T = TypeVar("T")

WRITERS: Mapping[ArtifactKind, tuple[str, str]] = {
    ArtifactKind.PRINT_PDF: ("vaxel_engine.rendering.print_pdf", "render_print_pdf"),
    ArtifactKind.MAILBOX_PDF: ("vaxel_engine.rendering.mailbox_pdf", "render_mailbox_pdf"),
    ArtifactKind.EMAIL: ("vaxel_engine.rendering.email", "render_email"),
    ArtifactKind.WEB: ("vaxel_engine.rendering.web", "render_web"),
    ArtifactKind.SMS: ("vaxel_engine.rendering.sms", "render_sms"),
    ArtifactKind.CARD: ("vaxel_engine.rendering.card", "render_card"),
    ArtifactKind.MAILBOX_HTML: ("vaxel_engine.rendering.mailbox_html", "render_mailbox_html"),
    ArtifactKind.BANK: ("vaxel_engine.rendering.bank", "render_bank"),
    ArtifactKind.EINVOICE_XML: ("vaxel_engine.rendering.einvoice", "render_einvoice"),
}
"""Who writes what, by module and function: an SMS must not wait for WeasyPrint and Plotly to be imported."""


Place: TypeAlias = tuple[int, float, float, float, float, str]
"""A box on paper: the page, then left, top, width and height in per cent of it, and the stamp of what wrote it."""


@dataclass(frozen=True, slots=True)
class Rendering:
    """The context of one document: what every writer of an artifact is given.

    `link` is the https address of the document, for SMS, e-mail and card; `printing` is how its print house prints.
    Artifacts are kept, so that an e-mail that attaches the mailbox PDF and a mailbox that wants it share its bytes; so
    are the pages that mailbox and print have in common.
    """

    document: Document
    pack: Pack
    facts: Facts
    charts: tuple[Chart, ...]
    link: str
    printing: Printing = field(default_factory=Printing)
    _finished: dict[ArtifactKind, Artifact] = field(
        default_factory=dict[ArtifactKind, Artifact], init=False, repr=False, compare=False
    )

    _set: dict[ArtifactKind, str] = field(
        default_factory=dict[ArtifactKind, str], init=False, repr=False, compare=False
    )

    _shared: dict[str, object] = field(default_factory=dict[str, object], init=False, repr=False, compare=False)

    _emitted: dict[str, str] = field(default_factory=dict[str, str], init=False, repr=False, compare=False)

    _opened: dict[str, set[str]] = field(default_factory=dict[str, set[str]], init=False, repr=False, compare=False)

    _places: list[Place] = field(default_factory=list[Place], init=False, repr=False, compare=False)

    @classmethod
    def of(cls, document: Document, pack: Pack, link: str | None = None, printing: Printing | None = None) -> Self:
        """The rendering of `document` with `pack`; without a `link`, a preview link that names nobody.

        Raises TemplateError when the pack lacks a word for this document.
        """
        address = link if link is not None else preview_link(document, pack)
        charts = charts_for(document, pack.words(document.recipient.language))
        facts = build_facts(document, pack, link=address, charts=charts)
        return cls(document, pack, facts, charts, address, printing or Printing())

    @property
    def language(self) -> Language:
        """The recipient's language."""
        return self.document.recipient.language

    @property
    def words(self) -> Words:
        """The pack's words in the recipient's language."""
        return self.pack.words(self.language)

    @property
    def sections(self) -> tuple[str, ...]:
        """The sections of this kind of document, in their order."""
        return self.pack.sections(self.document.kind)

    @property
    def misses(self) -> Mapping[ArtifactKind, str]:
        """Of the artifacts that the pack's program left to the reference path, why, in a word."""
        return {kind: word for kind, word in self._set.items() if word != HIT}

    @property
    def by_program(self) -> Mapping[ArtifactKind, str]:
        """What was asked of the pack's program: HIT for what it wrote, else why not, in a word."""
        return self._set

    def artifact(self, kind: ArtifactKind) -> Artifact:
        """The artifact of `kind`, made at the first call; raises Unrenderable or TemplateError."""
        if kind not in self._finished:
            by_program = self._by_program(kind) if self.pack.program and kind in _BY_PROGRAM else None
            body = by_program if by_program is not None else self._watched(kind, lambda: self.by_reference(kind))
            self._finished[kind] = Artifact(kind, body)
        self._note(kind)
        return self._finished[kind]

    def by_reference(self, kind: ArtifactKind) -> bytes:
        """The artifact made without the pack's program, and not kept; raises as `artifact` does."""
        module, name = WRITERS[kind]
        return cast("Callable[[Rendering], bytes]", getattr(import_module(module), name))(self)

    def _by_program(self, kind: ArtifactKind) -> bytes | None:
        """What the pack's program writes, equal to the reference path's; None where it leaves it to that."""
        from vaxel_engine.compiled.miss import Miss
        from vaxel_engine.compiled.using import written_by_program

        try:
            written = written_by_program(self, kind)
        except Miss as miss:
            self._set[kind] = miss.reason
            return None
        self._set[kind] = HIT
        return written

    def give(self, artifact: Artifact) -> None:
        """Take an artifact that another process has made of the same document with the same pack."""
        self._finished.setdefault(artifact.kind, artifact)

    def emit(self, part: str, text: str) -> str:
        """Leave `text`, which a writer puts into an artifact, for parity; `part` is a column of its policy."""
        self._emitted[part] = text
        return text

    def place(self, places: Iterable[Place]) -> None:
        """Keep where on its pages the lines of a stamped pack stand."""
        self._places[:] = places

    @property
    def places(self) -> tuple[Place, ...]:
        """Where on paper each line of a stamped pack stands; outer boxes before what is in them."""
        return tuple(self._places)

    @property
    def emitted(self) -> Mapping[str, str]:
        """What the writers have put into artifacts so far, by part."""
        return self._emitted

    def printed(self, printing: Printing) -> Artifact:
        """The print PDF as another print house prints it; raises as `artifact` does."""
        return replace(self, printing=printing).artifact(ArtifactKind.PRINT_PDF)

    def once(self, name: str, make: "Callable[[Rendering], T]") -> T:
        """What several artifacts have in common, made at the first call."""
        if name not in self._shared:
            self._shared[name] = self._watched(name, lambda: make(self))
        self._note(name)
        return cast("T", self._shared[name])

    def opened(self, what: str) -> frozenset[str]:
        """The files and words of a stamped pack that an artifact, or a shared part, was made with."""
        return frozenset(self._opened.get(what, ()))

    def _watched(self, what: str, make: Callable[[], T]) -> T:
        if not self.pack.stamped:
            return make()
        with self.pack.watched() as opened:
            self._opened[what] = opened
            return make()

    def _note(self, what: str) -> None:
        """Whatever is being made now also depends on what was made before."""
        self.pack.note(*self._opened.get(what, ()))

    def gist(self) -> str:
        """A digest of all facts: while it is the same, only files and words of the pack can change an artifact."""
        return hashlib.sha256(repr(self.facts).encode()).hexdigest()

    def context(self) -> dict[str, object]:
        """What a template may name: every fact, `words`, `sections`; `tokens` is there in every template anyway."""
        facts = cast("dict[str, object]", self.once("facts", lambda rendering: plain(rendering.facts)))
        words = self.words
        tree = TreeRead(words.tree, self.pack.note) if self.pack.stamped else self.pack.once(_trees)[words.language]
        return {**facts, "words": tree, "sections": list(self.sections)}

    def fill(self, name: str, **more: object) -> str:
        """The pack's template `name` filled with this document's facts and `more`; raises TemplateError."""
        return fill_template(self.pack, name, {**self.context(), **more})


HIT = "hit"
"""An artifact that the pack's program wrote."""

_BY_PROGRAM = frozenset({ArtifactKind.PRINT_PDF, ArtifactKind.MAILBOX_PDF})
"""What a pack's program writes, where the pack has one."""

_OF_CLAIMS = frozenset({ArtifactKind.EINVOICE_XML, ArtifactKind.BANK})
"""What is made only of a document that claims or gives back money by itself."""


def kinds_of(document: Document) -> tuple[ArtifactKind, ...]:
    """Every form that `document` can take: an e-invoice and its look in a bank only where it makes a claim itself."""
    return tuple(kind for kind in ArtifactKind if kind not in _OF_CLAIMS or claims(document))


def render(
    document: Document, kind: ArtifactKind, *, pack: Pack, link: str | None = None, printing: Printing | None = None
) -> Artifact:
    """`document` as `kind`, in the brand of `pack`; the same input gives the same bytes.

    `link` is the https address where the document can be read, `printing` how the print PDF is printed: in colour on
    both sides where nothing is said. Raises Unrenderable, and TemplateError with file and
    line when one of the pack's files is wrong.
    """
    return Rendering.of(document, pack, link, printing).artifact(ArtifactKind(kind))


def render_all(
    document: Document,
    kinds: Iterable[ArtifactKind],
    *,
    pack: Pack,
    link: str | None = None,
    printing: Printing | None = None,
) -> dict[ArtifactKind, Artifact]:
    """`document` as each of `kinds`, facts built once and shared bytes made once; raises as `render` does."""
    rendering = Rendering.of(document, pack, link, printing)
    return {kind: rendering.artifact(kind) for kind in map(ArtifactKind, kinds)}


def preview_link(document: Document, pack: Pack) -> str:
    """Where the document would be found: a digest of its reference, so that the address says nothing about anyone."""
    digest = hashlib.sha256(f"{document.sender}\0{document.reference}".encode()).hexdigest()
    return f"{pack.link_base}{digest[:16]}"


def _trees(pack: Pack) -> dict[str, dict[str, object]]:
    """The words of every language as templates read them."""
    return {language: _tree(pack.words(language).tree) for language in pack.languages}


def _tree(tree: Mapping[str, object]) -> dict[str, object]:
    return {
        key: _tree(cast("Mapping[str, object]", value)) if isinstance(value, Mapping) else value
        for key, value in tree.items()
    }
