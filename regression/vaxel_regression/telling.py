"""Two observations of one case compared, and every difference told in words."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, cast

from vaxel_engine.rendering.facts import Facts
from vaxel_regression.boxes import compare_boxes, drawn_lines, read
from vaxel_regression.changes import Change, Finding, changed_words, compare_lines, quoted
from vaxel_regression.tongues import Phrase, in_another_language

if TYPE_CHECKING:  # who only tells needs no browser
    from vaxel_regression.observation import Observation

_TITLES = {
    "text.txt": "the text",
    "plain.txt": "the plain text",
    "head.txt": "the head of the mail",
    "einvoice.xml": "the e-invoice",
}
_SILENT = frozenset({"sha256.txt", "oracles.txt"})
_TREES = {"tags.txt": "the tags", "aria.yml": "the accessibility tree"}


def tell(
    before: "Observation", after: "Observation", names: Mapping[str, str], tongues: Sequence[Phrase] = ()
) -> tuple[Finding, ...]:
    """What differs, the gravest first; `names` is what `names_of`, `tongues` what `tongues_of` says of the document.

    Bytes that differ where nothing observed does are a finding too: the comparison is exact.
    """
    if "refused.txt" in after and "refused.txt" not in before:
        return (Finding(Change.MISSING_TEXT, f"cannot be rendered any more: {after['refused.txt'].strip()}"),)
    if "refused.txt" in before and "refused.txt" not in after:
        return (Finding(Change.TEXT, "is rendered now, where it was refused before"),)
    findings: list[Finding] = []
    spoken: list[Finding] = []
    for name in sorted({*before, *after} - _SILENT):
        old, new = before.get(name), after.get(name)
        if old == new:
            continue
        if old is None or new is None:
            word = "new" if old is None else "missing"
            findings.append(Finding(Change.MISSING_TEXT, f"{name} is {word}; the case has other files than before"))
        elif name.endswith(".json"):
            findings += _facts(old, new) if name == "facts.json" else compare_boxes(read(old), read(new), names)
            spoken += _spoken(old, new, tongues) if name == "boxes.json" else ()
        elif name in _TREES:
            for one in in_another_language(compare_lines(old, new, _TREES[name]), tongues):
                (spoken if one.change is Change.LANGUAGE else findings).append(_tree(one))
        elif name == "fonts.txt":
            findings += _fonts(_hashes(old), _hashes(new))
        else:
            told = in_another_language(compare_lines(old, new, _TITLES.get(name, name)), tongues)
            findings += [_link(one) if _HIDDEN_LINK in (one.before or one.after or "") else one for one in told]
    was, now = (_hashes(observation.get("sha256.txt", "")) for observation in (before, after))
    unequal = [part for part in now if part in was and was[part] != now[part]]
    findings += [Finding(Change.DRAWING, f"{part} differs") for part in unequal if part.startswith("picture ")]
    if not any(finding.change is Change.LANGUAGE for finding in findings):
        findings += spoken
    if not findings:
        findings += _unseen(unequal, was != now)
    order = list(Change)
    return tuple(sorted(dict.fromkeys(findings), key=lambda finding: order.index(finding.change)))


def _spoken(before: str, after: str, tongues: Sequence[Phrase]) -> Iterable[Finding]:
    """What a drawing says in another language now, whose words are in no text and no tag."""
    lines = compare_lines(drawn_lines(read(before)), drawn_lines(read(after)), "the drawings")
    return (one for one in in_another_language(lines, tongues) if one.change is Change.LANGUAGE)


def names_of(facts: Facts) -> Mapping[str, str]:
    """What the texts of a document are, so that a finding can say "total" instead of a figure."""
    names = {line.description: f"row {number}" for number, line in reversed(list(enumerate(facts.lines, start=1)))}
    names |= {row.amount: row.label for row in facts.totals}
    if facts.payment is not None:
        names |= {facts.payment.reference or facts.payment.reference_plain or "": "reference"}
        names |= {method.account: "account" for method in facts.payment.methods}
    if facts.due_date is not None:
        names |= {facts.due_date.in_words: "due date", facts.due_date.short: "due date"}
    names[facts.recipient.name] = "recipient"
    if facts.to_pay is not None and facts.to_pay.amount is not None:
        names |= {facts.to_pay.amount: "total", facts.to_pay.figure or facts.to_pay.amount: "total"}
    names.pop("", None)
    return names


def _facts(before: str, after: str) -> Iterable[Finding]:
    old, new = dict(_leaves(json.loads(before), "")), dict(_leaves(json.loads(after), ""))
    for path in [*old, *(path for path in new if path not in old)]:
        was, now = old.get(path), new.get(path)
        if was == now:
            continue
        if now is None:
            yield Finding(Change.MISSING_TEXT, f"missing text: the fact {path} ({quoted(was or '')}) is gone")
        elif was is None:
            yield Finding(Change.TEXT, f"new fact {path}: {quoted(now)}")
        else:
            change = _kind_of_fact(path) or changed_words(was, now).change
            yield Finding(change, f"{change} differs: {path} {quoted(was)} → {quoted(now)}")


_KINDS_OF_FACTS = (
    (re.compile(r"(^|\.)(amount|figure|whole|hundredths|amount_text|unit_price|base|closing|opening)$"), Change.AMOUNT),
    (re.compile(r"(^|\.)(iso|in_words|numeric|short|due_date)$"), Change.DATE),
    (re.compile(r"(^|\.)(reference|reference_plain|account|account_plain|number)$"), Change.REFERENCE),
)


def _kind_of_fact(path: str) -> Change | None:
    return next((change for pattern, change in _KINDS_OF_FACTS if pattern.search(path)), None)


def _leaves(value: object, path: str) -> Iterable[tuple[str, str]]:
    if isinstance(value, dict):
        for key, part in cast("dict[str, object]", value).items():
            yield from _leaves(part, f"{path}.{key}" if path else key)
    elif isinstance(value, list):
        for number, part in enumerate(cast("list[object]", value), start=1):
            yield from _leaves(part, f"{path}[{number}]")
    else:
        yield path, "nothing" if value is None else str(value)


def _tree(finding: Finding) -> Finding:
    """A difference of a tree; what its words say is told by the text, so here a tag is what matters."""
    if finding.change is Change.LANGUAGE:
        return finding
    lines = f"{finding.before or ''}\n{finding.after or ''}"
    special = next((change for change, pattern in _SPECIAL if pattern.search(lines)), None)
    if special is not None:
        return replace(finding, change=special, sentence=f"{special}: {finding.sentence}")
    if finding.change in (Change.AMOUNT, Change.DATE, Change.REFERENCE, Change.MISSING_TEXT):
        return finding
    return replace(finding, change=Change.TAGS, sentence=f"tags: {finding.sentence}")


_HIDDEN_LINK = "(hidden) link "


def _link(finding: Finding) -> Finding:
    return replace(finding, change=Change.LINK, sentence=f"link: {finding.sentence}")


_SPECIAL = (
    (Change.LANGUAGE, re.compile(r"^language ", re.MULTILINE)),
    (Change.ALTERNATIVE, re.compile(r"^ *(Figure\b|- '?img\b)| alt='", re.MULTILINE)),
    (Change.LINK, re.compile(r"^link on page |^ *- '?(/url:|link\b)|^ *Link\b", re.MULTILINE)),
)
"""Lines of a tree that stand for more than a tag."""


def _fonts(before: Mapping[str, str], after: Mapping[str, str]) -> Iterable[Finding]:
    for name in dict.fromkeys([*before, *after]):
        if before.get(name) != after.get(name):
            word = "is gone" if name not in after else "is new" if name not in before else "is another file"
            yield Finding(Change.FONT, f"font substituted: {name} {word}")


def _hashes(text: str) -> Mapping[str, str]:
    """Hash by part: "artifact", "page 1", "picture 1"."""
    return dict(line.rsplit(" ", 1) for line in text.splitlines())


def _unseen(unequal: list[str], differ: bool) -> Iterable[Finding]:
    """What is left to say where text, boxes, fonts, colours and tags are equal: pages that look otherwise, or bytes."""
    pages = [part.removeprefix("view ") for part in unequal if part.startswith(("page ", "view "))]
    for page in pages:
        change = Change.DARK if page.endswith("dark") else Change.DRAWING
        yield Finding(change, f"{page} looks otherwise, though its text, boxes and colours are the same")
    if differ and not pages:
        where = "a script, a hidden style or the file's metadata"
        yield Finding(Change.BYTES, f"the bytes differ where nobody looks: {where}")
