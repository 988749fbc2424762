"""What a print house reads in a PDF's structure before it prints: lock, version, pages, actions, sizes, fonts."""

from collections.abc import Iterator

import pikepdf

from vaxel_engine.mailing.finding import Rule, Violation
from vaxel_engine.mailing.profile import SHEET_HEIGHT, SHEET_WIDTH, Profile

MM = 25.4 / 72
_EMBEDDED = ("/FontFile", "/FontFile2", "/FontFile3")
_ACTIVE_ANNOTATIONS = frozenset({"/Widget", "/RichMedia", "/Movie", "/Sound", "/3D", "/Screen"})
_DEEPEST = 8
"""Forms within forms that fonts are looked for in."""


def look_through(pdf: pikepdf.Pdf, size: int, profile: Profile) -> Iterator[Violation]:
    """Everything of the structure that `profile` refuses, in the order in which a print house meets it."""
    if pdf.is_encrypted:
        yield Violation(Rule.ENCRYPTED, None, "is encrypted", "save it without a password")
    newest = tuple(int(part) for part in profile.newest_version.split("."))
    if tuple(int(part) for part in pdf.pdf_version.split(".")) > newest:
        said = f"has version {pdf.pdf_version} and {profile.newest_version} is the newest that printers take"
        yield Violation(Rule.VERSION, None, said, "save it in an older version")
    pages = len(pdf.pages)
    if not 1 <= pages <= profile.max_pages:
        said = f"has {pages} pages and at most {profile.max_pages} are taken"
        yield Violation(Rule.PAGES, None, said, "shorten it, or send it another way")
    if size > profile.max_bytes:
        said = f"has {size:,} bytes and {profile.max_bytes:,} are taken"
        yield Violation(Rule.BYTES, None, said, "make it smaller, e.g. with coarser pictures")
    if _acts(pdf):
        said = "holds a script, a form or an action, none of which paper can show"
        yield Violation(Rule.ACTIVE, None, said, "print it anew to a plain PDF")
    for number, page in enumerate(pdf.pages, start=1):
        if number > profile.max_pages:
            return
        yield from _page(number, page, profile)


def _page(number: int, page: pikepdf.Page, profile: Profile) -> Iterator[Violation]:
    width, height = displayed_size(page)
    if not _fits(width, height, profile):
        kind = "A4" if profile.landscape else "A4 portrait"
        said = f"is not {kind} on page {number} but {width * MM:.1f} × {height * MM:.1f} mm"
        yield Violation(Rule.PAGE_SIZE, number, said, f"print it anew on A4, {SHEET_WIDTH:g} × {SHEET_HEIGHT:g} mm")
    loose = sorted({name for name, font in _fonts(page.obj, 0) if not _embedded(font, name, profile)})
    if loose:
        said = f"uses a font on page {number} that is not embedded ({', '.join(loose[:3])})"
        yield Violation(Rule.FONT, number, said, "embed all fonts")


def displayed_size(page: pikepdf.Page) -> tuple[float, float]:
    """Width and height in points as the page is looked at: its crop box, turned."""
    left, bottom, right, top = (float(edge) for edge in page.cropbox)
    width, height = abs(right - left), abs(top - bottom)
    turned = int(page.obj.get("/Rotate", 0)) % 360
    return (height, width) if turned in (90, 270) else (width, height)


def _fits(width: float, height: float, profile: Profile) -> bool:
    width, height = width * MM, height * MM
    if profile.landscape and width > height:
        width, height = height, width
    return all(
        side - profile.smaller_by <= measured <= side + profile.larger_by + 0.01
        for side, measured in ((SHEET_WIDTH, width), (SHEET_HEIGHT, height))
    )


def _acts(pdf: pikepdf.Pdf) -> bool:
    names = pdf.Root.get("/Names", pikepdf.Dictionary())
    if "/JavaScript" in names or any(key in pdf.Root for key in ("/AcroForm", "/OpenAction", "/AA")):
        return True
    return any(
        str(note.get("/Subtype")) in _ACTIVE_ANNOTATIONS
        for page in pdf.pages
        for note in page.obj.get("/Annots", ())
        if isinstance(note, pikepdf.Dictionary)
    )


def _fonts(holder: pikepdf.Object, depth: int) -> Iterator[tuple[str, pikepdf.Object]]:
    """The fonts that a page or a form names, with those of the forms it draws."""
    resources = holder.get("/Resources")
    if holder.get("/Type") == "/Page" and resources is None:
        resources = pikepdf.Page(holder).resources  # inherited
    if not isinstance(resources, pikepdf.Dictionary):
        return
    fonts = resources.get("/Font", pikepdf.Dictionary())
    for name in fonts.keys():  # noqa: SIM118  # a pikepdf object iterates over its values
        font = fonts[name]
        yield str(font.get("/BaseFont", name)).removeprefix("/"), font
    drawn = resources.get("/XObject", pikepdf.Dictionary())
    for name in drawn.keys():  # noqa: SIM118  # as above
        if depth < _DEEPEST and drawn[name].get("/Subtype") == "/Form":
            yield from _fonts(drawn[name], depth + 1)


def _embedded(font: pikepdf.Object, name: str, profile: Profile) -> bool:
    if font.get("/Subtype") == "/Type3":
        return True  # drawn by the page itself
    if any(allowed in name.upper() for allowed in profile.standard_fonts):
        return True
    if font.get("/Subtype") == "/Type0":
        font = font["/DescendantFonts"][0]
    descriptor = font.get("/FontDescriptor")
    return descriptor is not None and any(key in descriptor for key in _EMBEDDED)
