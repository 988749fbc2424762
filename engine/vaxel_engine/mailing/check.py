"""The print check: a PDF, ours or anybody's, held against a mail house's profile before a machine does it."""

from io import BytesIO

import pikepdf

from vaxel_engine.errors import Unrenderable
from vaxel_engine.mailing.finding import PrintCheck, Rule, Violation
from vaxel_engine.mailing.ink import look_at
from vaxel_engine.mailing.printing import Printing
from vaxel_engine.mailing.profile import Profile
from vaxel_engine.mailing.structure import look_through


def check_print(pdf: bytes, profile: Profile, *, duplex: bool = True, pictures: bool = True) -> PrintCheck:
    """Everything for which the mail house of `profile` would send `pdf` back, and what will look poor.

    Without `pictures` the structure alone is read, which takes a millisecond instead of fifteen a page: enough for
    pages that a checked pack has set. A PDF that is locked, broken, or too long is not drawn either.
    """
    try:
        with pikepdf.open(BytesIO(pdf)) as opened:
            pages, version = len(opened.pages), opened.pdf_version
            found = list(look_through(opened, len(pdf), profile))
    except pikepdf.PasswordError:
        return _unopened(pdf, profile, Violation(Rule.ENCRYPTED, None, "is encrypted", "save it without a password"))
    except pikepdf.PdfError:
        broken = Violation(Rule.READABLE, None, "is not a PDF that can be read", "print it anew")
        return _unopened(pdf, profile, broken)
    if pictures and not {one.rule for one in found} & {Rule.ENCRYPTED, Rule.PAGES}:
        try:
            found += look_at(pdf, profile, duplex=duplex)
        except Unrenderable:
            found.append(Violation(Rule.READABLE, None, "cannot be drawn", "print it anew"))
    sheets = Printing(duplex=duplex).sheets(pages)
    return PrintCheck(profile.name, pages, sheets, len(pdf), version, tuple(found))


def _unopened(pdf: bytes, profile: Profile, why: Violation) -> PrintCheck:
    return PrintCheck(profile.name, 0, 0, len(pdf), None, (why,))
