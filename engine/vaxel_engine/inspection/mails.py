"""A pack's mails as mail readers show them: what they leave out, and what is cut away before a mail leaves."""

import email
import email.policy
import re
from collections.abc import Iterable

from vaxel_engine.artifact import ArtifactKind
from vaxel_engine.inspection.finding import Findings
from vaxel_engine.inspection.mail import lint
from vaxel_engine.packs import Pack
from vaxel_engine.rendering import Rendering
from vaxel_engine.rendering.email import html_of
from vaxel_engine.rendering.email_template import LAYOUT
from vaxel_engine.rendering.mail_safety import dropped

_WRITTEN_AS = {
    "property": "{name}:",
    "declaration": "{name}",
    "element": "<{name}",
    "attribute": "{name}=",
    "at": "@{name}",
    "media": "({name}",
    "pseudo": ":{name}",
    "function": "{name}(",
    "unit": "{name}",
}


def examine_mail(rendering: Rendering, found: Findings) -> None:
    """Whatever some reader does not show and nobody has said may be missing; whatever is cut out for safety."""
    html = html_part(rendering)
    for finding in lint(html):
        if finding.is_error:
            file, line = _place(rendering, finding.key)
            remedy = f"do it otherwise; https://www.caniemail.com/features/{finding.feature}/ says what works"
            found.wrong(file, line, finding.sentence, remedy)
    for name in dropped(html_of(rendering)):
        file, line = _place(
            rendering, f"attribute:{name.partition(' ')[0]}" if " of " in name else f"element:{name[1:-1]}"
        )
        found.wrong(
            file, line, f"{name} is cut out of every mail", "take it out; docs/mail-and-page.md lists what stays"
        )


def html_part(rendering: Rendering) -> str:
    """The HTML of the mail as it is sent."""
    message = email.message_from_bytes(rendering.artifact(ArtifactKind.EMAIL).body, policy=email.policy.default)
    part = message.get_body(("html",))
    return "" if part is None else str(part.get_content())


def written_at(pack: Pack, sections: Iterable[str], key: str) -> tuple[str, int | None]:
    """The first line of a mail's files where what the lint calls `key` is written; the layout where it is nowhere."""
    kind, _, name = key.partition(":")
    words = _WRITTEN_AS.get(kind, "{name}").format(name=name.partition("=")[0])
    parts = [f"sections/{section}.email.mjml" for section in sections]
    for file in (one for one in (*parts, LAYOUT) if pack.has(one)):
        for at, line in enumerate(pack.read(file).decode().splitlines(), start=1):
            if re.search(rf"(?<![\w-]){re.escape(words)}", line):
                return file, at
    return LAYOUT, None


def _place(rendering: Rendering, key: str) -> tuple[str, int | None]:
    file, line = written_at(rendering.pack, rendering.sections, key)
    return str(rendering.pack.files[file]), line
