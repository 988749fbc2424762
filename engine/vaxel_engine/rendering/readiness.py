"""What all documents of a pack share, made before the first of them: compiled templates, fonts, style sheets."""

import datetime as dt
from collections.abc import Callable, Iterable
from importlib import import_module
from typing import get_args

from vaxel_engine.artifact import ArtifactKind
from vaxel_engine.model import Document, DocumentKind, Language
from vaxel_engine.packs import Pack
from vaxel_engine.rendering.environment import environment
from vaxel_engine.rendering.formatting import day
from vaxel_engine.rendering.rendering import WRITERS, Rendering

_ON_PAPER = frozenset({ArtifactKind.PRINT_PDF, ArtifactKind.MAILBOX_PDF, ArtifactKind.EMAIL})
_ON_A_PAGE = frozenset({ArtifactKind.WEB, ArtifactKind.MAILBOX_HTML, ArtifactKind.BANK})
_FORMS = {
    ArtifactKind.PRINT_PDF: (".paper.html", "layouts/paper.html"),
    ArtifactKind.MAILBOX_PDF: (".paper.html", "layouts/paper.html"),
    ArtifactKind.EMAIL: (".email.txt", "layouts/email.txt"),
    ArtifactKind.WEB: (".web.html", "layouts/web.html"),
    ArtifactKind.MAILBOX_HTML: (".web.html", "layouts/mailbox.html"),
    ArtifactKind.BANK: (".web.html", "layouts/bank.html"),
}
"""How the names end of the templates that a form is made of; an e-mail's MJML is compiled as one."""


def rehearse(kinds: Iterable[ArtifactKind]) -> None:
    """Do what is done once, whatever the pack: modules, names of days, skeletons of charts."""
    kinds = set(kinds)
    for kind in kinds:
        import_module(WRITERS[kind][0])
    for language in get_args(Language):
        day(dt.date(2026, 1, 1), language)
    if ArtifactKind.WEB in kinds:
        import_module("vaxel_engine.rendering.charts.plot").skeletons()


def make_ready(
    pack: Pack, kinds: Iterable[ArtifactKind], document_kind: DocumentKind, note: Callable[[str], None]
) -> None:
    """Make what `kinds` of a document share and keep it with the pack; `note` is told of each file before its turn.

    Raises TemplateError for a file that is wrong. Harmless when repeated.
    """
    kinds = set(kinds)
    rehearse(kinds)
    wanted = {_FORMS[kind] for kind in kinds if kind in _FORMS}
    if kinds & _ON_PAPER:
        wanted.add(_FORMS[ArtifactKind.PRINT_PDF])
        from vaxel_engine.rendering import paper

        note("file css/paper.css")
        paper.make_ready(pack)
        if pack.program:
            from vaxel_engine.compiled.using import in_use

            pack.once(in_use)
    for ending, layout in sorted(wanted):
        for name in pack.files:
            if name.endswith(ending) or name == layout:
                note(f"file {name}")
                environment(pack).template(name)
    if ArtifactKind.EMAIL in kinds:
        from vaxel_engine.rendering import email_template

        note(f"file {email_template.LAYOUT}")
        email_template.make_ready(pack, document_kind)
    if kinds & _ON_A_PAGE:
        from vaxel_engine.rendering.web_shell import STYLE, web_shell

        note(f"file {STYLE}")
        pack.once(web_shell)


def draw(document: Document, pack: Pack, kinds: Iterable[ArtifactKind]) -> None:
    """Draw what mail, bank and page show of a document's charts; no template of the pack is run for them."""
    rendering = Rendering.of(document, pack)
    for kind in {ArtifactKind.EMAIL, ArtifactKind.BANK, ArtifactKind.WEB}.intersection(kinds):
        import_module(WRITERS[kind][0]).draw_charts(rendering)
