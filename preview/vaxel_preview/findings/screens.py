"""The drawers of screens: what a browser finds too wide, cut off or hard to use in each mail and page."""

import json
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import cast

from playwright.sync_api import Error, Page

from vaxel_engine.artifact import ArtifactKind
from vaxel_engine.rendering.stamps import STAMP
from vaxel_preview.findings.finding import Finding
from vaxel_preview.findings.where import quoted_in, row_title, stamped_html
from vaxel_preview.kept import Kept
from vaxel_preview.lens import Lens
from vaxel_preview.table import ROWS, Dress, Row
from vaxel_regression.browser import Camera
from vaxel_regression.oracles.screen import WHOLE_PAGE, axe_source, laid_out

SCREENS = tuple(
    row
    for row in ROWS
    if row.bendable and row.dress in (Dress.PLAIN, Dress.SCRIPTED) and row.id not in ("web_tablet", "web_no_script")
)
"""The narrowest and the widest screen of each; a tablet finds nothing that neither of them does."""

_LOCATE = f"""(words) => {{
    const flat = (text) => text.replace(/\\u00ad/g, '').replace(/\\s+/g, ' ');
    let found = '';
    for (const one of document.querySelectorAll('[{STAMP}]'))
        if (flat(one.textContent).includes(words)) found = one.getAttribute('{STAMP}');
    return found;
}}"""
_AXE = f"""(options) => axe.run(document, options).then((result) => JSON.stringify(result.violations.map((rule) => [
    rule.id, rule.help, rule.impact || '', rule.nodes.length,
    rule.nodes.slice(0, 4).map((node) => {{
        const at = document.querySelector(node.target[0]);
        const from = at && at.closest('[{STAMP}]');
        return [from ? from.getAttribute('{STAMP}') : '', (at && at.textContent.trim().slice(0, 60)) || ''];
    }}),
])))"""


def seen(kept: Mapping[str, Kept], lens: Lens, what: str) -> tuple[list[Finding], int]:
    """The findings of "layout" or "access" for each screen, and how many are still to be looked at.

    Raises Misconfigured where there is no browser.
    """
    found: list[Finding] = []
    waiting = 0
    for row, dark in _looks(what):
        one = kept.get(row.made.id)
        if one is None:
            continue
        examine: Callable[[Page, Row], Iterator[Finding]] = _layout if what == "layout" else partial(_access, dark=dark)
        try:
            rows = lens.ask((what, row.id, dark, one.key), partial(_look, one, row, dark, examine))
        except Error as error:
            rows = [Finding(f"could not be looked at: {str(error).splitlines()[0]}", row.id, grave=False)]
        if rows is None:
            waiting += 1
        else:
            found += rows
    return found, waiting


def _looks(what: str) -> Iterator[tuple[Row, bool]]:
    met: set[ArtifactKind] = set()
    for row in SCREENS:
        if what == "layout":
            yield row, False
        elif row.made.kind not in met:  # what axe-core finds depends on colours and order, not on width
            met.add(row.made.kind)
            yield row, False
            if row.made.kind in (ArtifactKind.EMAIL, ArtifactKind.WEB):
                yield row, True


def _look(
    one: Kept, row: Row, dark: bool, examine: Callable[[Page, Row], Iterator[Finding]], camera: Camera
) -> list[Finding]:
    with camera.page(row.width, dark=dark) as page:  # axe-core waits for timers, which need scripts
        page.set_content(stamped_html(one), wait_until="load")
        page.evaluate("document.fonts.ready.then(() => true)")
        return list(examine(page, row))


def _layout(page: Page, row: Row) -> Iterator[Finding]:
    for fault in laid_out(page, f"{row.width} px"):
        words = " ".join(quoted_in(fault.sentence).split())
        stamp = cast("str", page.evaluate(_LOCATE, words)) if words else ""
        yield Finding(f"{fault.oracle}: {fault.sentence}", row.id, stamp, words=words)


def _access(page: Page, row: Row, *, dark: bool) -> Iterator[Finding]:
    page.evaluate(axe_source())
    part = row.made.kind is not ArtifactKind.WEB
    rules = {name: {"enabled": False} for name in WHOLE_PAGE} if part else {}
    asked: dict[str, object] = {"rules": rules, "resultTypes": ["violations"], "preload": False}
    if dark:
        asked = {"runOnly": ["color-contrast"], "resultTypes": ["violations"], "preload": False}
    pane = "email_dark" if dark and row.made.kind is ArtifactKind.EMAIL else row.id
    design = ", dark" if dark else ""
    for name, said, impact, count, nodes in cast(
        "list[tuple[str, str, str, int, list[tuple[str, str]]]]", json.loads(cast("str", page.evaluate(_AXE, asked)))
    ):
        stamp, words = nodes[0] if nodes else ("", "")
        places = "1 place" if count == 1 else f"{count} places"
        more = f"{row_title(pane)}{design} · {name} · {places}{f' · {impact}' if impact else ''}"
        yield Finding(said, pane, stamp, impact not in ("minor", "moderate"), words, more)
