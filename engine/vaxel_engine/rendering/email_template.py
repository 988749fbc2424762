"""The HTML of an e-mail: MJML compiled once per pack and kind of document, words filled in per recipient."""

import functools
from collections.abc import Mapping
from functools import partial

from jinja2 import Environment as JinjaEnvironment
from jinja2 import Template, TemplateSyntaxError

from vaxel_engine.errors import TemplateError, Unrenderable
from vaxel_engine.model import DocumentKind
from vaxel_engine.packs import Pack
from vaxel_engine.rendering.environment import environment, fill_compiled, fill_template
from vaxel_engine.rendering.mail_safety import check_mail
from vaxel_engine.rendering.mjml import compile_mjml
from vaxel_engine.rendering.stamps import from_classes, stamped_mjml

LAYOUT = "layouts/email.mjml"
_MARKER = "<mj-raw><!-- sections --></mj-raw>"


def fill_email(pack: Pack, kind: DocumentKind, context: Mapping[str, object]) -> str:
    """The HTML of one e-mail; raises TemplateError with the line of the MJML file that a designer has to open."""
    template = pack.once(_COMPILERS[kind])
    pack.note(*_sources(pack, kind))
    try:
        return fill_compiled(pack, LAYOUT, template, context)
    except Unrenderable:
        # The compiled HTML has lost the designer's lines; the files themselves, filled one by one, still have them.
        for name in _sources(pack, kind):
            fill_template(pack, name, context)
        raise


def make_ready(pack: Pack, kind: DocumentKind) -> None:
    """Compile the HTML of e-mails of this kind, once for all documents; raises TemplateError."""
    pack.once(_COMPILERS[kind])


def _sources(pack: Pack, kind: DocumentKind) -> list[str]:
    """The layout and the sections that this kind of document has, in the order of `brand.toml`."""
    sections = [f"sections/{section}.email.mjml" for section in pack.sections(kind)]
    return [LAYOUT, *(name for name in sections if pack.has(name))]


def _compile(pack: Pack, *, kind: DocumentKind) -> Template:
    """The layout with the sections in their place, compiled from MJML to HTML and from there by the sandbox."""
    sandbox = environment(pack)
    layout, *sections = _sources(pack, kind)
    source = pack.read(layout).decode()
    if _MARKER not in source:
        raise TemplateError(f"has no {_MARKER}, so the sections have no place", file=str(pack.files[layout]))
    for name in (layout, *sections):
        file = str(pack.files[name])
        try:
            _parsed(pack.read(name).decode(), name, file)
        except TemplateSyntaxError as error:
            raise TemplateError(error.message or "syntax error", file=file, line=error.lineno) from error
    texts = {name: pack.read(name).decode() for name in (layout, *sections)}
    sources = {str(pack.files[name]): text for name, text in texts.items()}
    if pack.stamped:
        texts = {name: stamped_mjml(text, name, source) for name, text in texts.items()}
    whole = texts[layout].replace(_MARKER, "\n".join(texts[name] for name in sections))
    html = compile_mjml(whole, file=str(pack.files[layout]))
    html = from_classes(html) if pack.stamped else html
    check_mail(html, file=str(pack.files[layout]), sources=sources)
    return sandbox.compiled_from(html, LAYOUT, str(pack.files[layout]))


_PARSER = JinjaEnvironment(autoescape=True)


@functools.lru_cache(maxsize=200)
def _parsed(text: str, name: str, file: str) -> None:
    """Nothing where it is well formed; raises TemplateSyntaxError. What is compiled and run is the whole of them."""
    _PARSER.parse(text, name, file)


_COMPILERS = {kind: partial(_compile, kind=kind) for kind in DocumentKind}
"""One function per kind, made once, since a pack remembers what it made by the function that made it."""
