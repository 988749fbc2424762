"""MJML to HTML, the one place that knows the compiler (mrml)."""

from mjml import mjml2html

from vaxel_engine.errors import TemplateError

DEEPEST = 60
"""Nested elements; the compiler ends the whole process on some thousands."""

LARGEST = 200_000
"""Characters of a layout with its sections."""


def compile_mjml(source: str, *, file: str) -> str:
    """`source` as HTML for mail readers, Jinja's marks left as they stand; no web font is asked for.

    Raises TemplateError, with `file`, for MJML that is not well formed or nested too deep.
    """
    if len(source) > LARGEST:
        raise TemplateError(f"and its sections have {len(source):,} characters; shorten them to {LARGEST:,}", file=file)
    if _depth(source) > DEEPEST:
        raise TemplateError(f"nests elements deeper than {DEEPEST}; flatten it", file=file)
    try:
        return str(mjml2html(source, disable_comments=True, fonts={}))
    except (ValueError, OSError) as error:
        raise TemplateError(f"is not MJML: {error}", file=file) from error


def _depth(source: str) -> int:
    """The deepest nesting, counted on tags alone; comments may only make it look deeper."""
    deepest = depth = 0
    for piece in source.split("<")[1:]:
        if piece.startswith("/"):
            depth -= 1
        elif not piece.startswith(("!", "?")) and "/>" not in piece.split(">")[0] + ">":
            depth += 1
            deepest = max(deepest, depth)
    return deepest
