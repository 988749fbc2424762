"""One digit, changed in one finished artifact or in what its templates are handed, does not go unseen."""

import dataclasses
import email
import email.policy
import io
import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, cast

import pikepdf
import pytest

from vaxel_engine.artifact import Artifact, ArtifactKind
from vaxel_engine.model import Document
from vaxel_engine.packs import Pack
from vaxel_engine.parity import Fact, Sort, canonical_facts, check, parity
from vaxel_engine.rendering import Rendering, kinds_of
from vaxel_engine.rendering.facts import Facts

TOPICS = ("amount_due", "due_date", "reference", "account", "vat")
KINDS = (
    ArtifactKind.PRINT_PDF,
    ArtifactKind.MAILBOX_PDF,
    ArtifactKind.EMAIL,
    ArtifactKind.EMAIL,
    ArtifactKind.WEB,
    ArtifactKind.SMS,
    ArtifactKind.CARD,
    ArtifactKind.MAILBOX_HTML,
    ArtifactKind.BANK,
    ArtifactKind.EINVOICE_XML,
)
PAGES = (ArtifactKind.WEB, ArtifactKind.MAILBOX_HTML, ArtifactKind.BANK)
SCRIPT = re.compile(r"<(script|style|svg)\b.*?</\1>", re.DOTALL)
BFCHAR = re.compile(rb"<([0-9a-f]{4})> <([0-9a-f]{4})>")
MONTHS = ("jan", "feb", "mar", "apr", "ma[jy]", "jun", "jul", "aug", "sep", "o[kc]t", "nov", "dec")


@dataclass(frozen=True, slots=True)
class Change:
    """A changed text, and what was changed in it."""

    text: str
    told: str


def spelled(fact: Fact) -> str:
    """A pattern of the ways in which a fact is written."""
    if fact.sort is Sort.DATE:
        year, month, day = fact.value[:4], int(fact.value[4:6]), int(fact.value[6:])
        return rf"(?<!\d){day}[\s\u00a0](?i:{MONTHS[month - 1]})\w*[\s\u00a0]{year}|{year}-{month:02}-{day:02}"
    digits = [character for character in fact.value if character.isalnum()]
    return r"(?<![\d.,/-])" + r"[\u00a0\u202f ,.-]?".join(digits) + r"(?![.,]?\d)"


def other_digit(digit: str, draw: random.Random) -> str:
    return draw.choice([other for other in "123456789" if other != digit])


def change_one(text: str, fact: Fact, draw: random.Random, *, closed: re.Pattern[str] | None = None) -> Change | None:
    """The text with one digit of one spelling of `fact` changed; None where it is not in the text."""
    shut = [found.span() for found in closed.finditer(text)] if closed is not None else []
    found = [
        match
        for match in re.finditer(spelled(fact), text)
        if not any(start <= match.start() < end for start, end in shut)
    ]
    if not found:
        return None
    chosen = draw.choice(found)
    at = draw.choice([place for place in range(*chosen.span()) if text[place].isdigit()])
    changed = other_digit(text[at], draw)
    return Change(text[:at] + changed + text[at + 1 :], f"{chosen[0]!r}, {text[at]} is now {changed}")


def change_artifact(artifact: Artifact, fact: Fact, draw: random.Random) -> tuple[Artifact, str] | None:
    """The artifact with one digit of the fact changed at one place, in whatever part the draw says."""
    match artifact.kind:
        case ArtifactKind.PRINT_PDF | ArtifactKind.MAILBOX_PDF:
            return change_pages(artifact, fact, draw)
        case ArtifactKind.EMAIL:
            return change_email(artifact, fact, draw)
        case _:
            closed = SCRIPT if artifact.kind in PAGES else None
            change = change_one(artifact.body.decode(), fact, draw, closed=closed)
            return None if change is None else (Artifact(artifact.kind, change.text.encode()), change.told)


def change_email(artifact: Artifact, fact: Fact, draw: random.Random) -> tuple[Artifact, str] | None:
    message = email.message_from_bytes(artifact.body, policy=email.policy.default)
    for name in draw.sample(("subject", "plain", "html"), k=3):
        if name == "subject":
            change = change_one(str(message["Subject"]), fact, draw)
            if change is not None:
                message.replace_header("Subject", change.text)
                return Artifact(artifact.kind, message.as_bytes()), change.told
            continue
        body = message.get_body((name,))
        assert body is not None
        change = change_one(str(body.get_content()), fact, draw, closed=SCRIPT)
        if change is not None:
            cast("Any", body).set_content(change.text, subtype=name)
            return Artifact(artifact.kind, message.as_bytes()), f"{name}: {change.told}"
    return None


def glyphs(page: pikepdf.Page) -> dict[str, dict[bytes, str]]:
    """Per font of a page, what each two-byte code says."""
    fonts = cast("Any", page).Resources.Font
    return {
        str(name): {
            bytes.fromhex(code.decode()): chr(int(letter, 16))
            for code, letter in BFCHAR.findall(font.ToUnicode.read_bytes())
        }
        for name, font in fonts.items()
    }


def change_pages(artifact: Artifact, fact: Fact, draw: random.Random) -> tuple[Artifact, str] | None:
    """The PDF with one glyph of a digit put in another's place, where its text shows the fact."""
    with pikepdf.open(io.BytesIO(artifact.body)) as pdf:
        shown = [place for page in pdf.pages for place in texts_shown(page)]
        draw.shuffle(shown)
        for page, number, codes, known in shown:
            text = "".join(known.get(code, "\ufffd") for code in codes)
            change = change_one(text, fact, draw)
            if change is None:
                continue
            at = next(place for place, (old, new) in enumerate(zip(text, change.text, strict=True)) if old != new)
            others = [code for code, letter in known.items() if letter in "0123456789" and letter != text[at]]
            if not others:
                continue
            instructions: list[Any] = list(pikepdf.parse_content_stream(page))
            changed = [*codes[:at], draw.choice(others), *codes[at + 1 :]]
            array = pikepdf.Array([pikepdf.String(b"".join(changed))])
            instructions[number] = pikepdf.ContentStreamInstruction([array], pikepdf.Operator("TJ"))
            cast("Any", page).Contents = cast("Any", pdf).make_stream(pikepdf.unparse_content_stream(instructions))
            written = io.BytesIO()
            pdf.save(written)
            return Artifact(artifact.kind, written.getvalue()), f"{text!r}, the digit at {at}"
    return None


def texts_shown(page: pikepdf.Page) -> Iterator[tuple[pikepdf.Page, int, list[bytes], dict[bytes, str]]]:
    """Each run of text of a page: the number of its instruction, its codes, and what they say."""
    fonts, font = glyphs(page), ""
    for number, instruction in enumerate(pikepdf.parse_content_stream(page)):
        operands, operator = cast("Any", instruction).operands, str(instruction.operator)
        if operator == "Tf":
            font = str(operands[0])
        elif operator == "TJ":
            codes = b"".join(bytes(piece) for piece in operands[0] if isinstance(piece, pikepdf.String))
            yield page, number, [codes[at : at + 2] for at in range(0, len(codes), 2)], fonts[font]


def fact_to_change(document: Document, draw: random.Random) -> Fact:
    """One of the facts that a digit is changed of, where the document has it; zero is nobody's amount."""
    found = [fact for fact in canonical_facts(document) if fact.topic in TOPICS and fact.sort is not Sort.CURRENCY]
    topic = draw.choice(sorted({fact.topic for fact in found if fact.value != "0.00"}))
    return draw.choice([fact for fact in found if fact.topic == topic and fact.value != "0.00"])


def trials(generate: Callable[[int], Document], count: int) -> Iterator[tuple[int, Document, random.Random]]:
    """Documents with their draws; each asks for something to be paid, drawn or given back."""
    done, number = 0, 0
    while done < count:
        number += 1
        document = generate(number)
        if document.invoice is not None and document.invoice.totals.due:
            done += 1
            yield number, document, random.Random(number)  # noqa: S311  # a draw that can be repeated


def test_a_digit_changed_in_one_finished_artifact_is_found(
    generate: Callable[[int], Document], nordljus: Pack, full_size: bool
) -> None:
    unseen: list[str] = []
    changed = 0
    for number, document, draw in trials(generate, 1_000):
        if changed == (100 if full_size else 5):
            break
        kind, fact = draw.choice(KINDS), fact_to_change(document, draw)
        if kind not in kinds_of(document):
            continue
        artifact = Rendering.of(document, nordljus).artifact(kind)
        wrong = change_artifact(artifact, fact, draw)
        if wrong is None:
            continue  # this artifact does not show this fact
        changed += 1
        if parity(document, [wrong[0]], pack=nordljus).holds:
            unseen.append(f"document {number}, {kind}, {fact.name}: {wrong[1]}")
    assert unseen == []
    assert changed == (100 if full_size else 5)


def put(value: Any, path: tuple[str | int, ...], text: str) -> Any:
    """A value of dataclasses and tuples with `text` at the end of `path`."""
    if not path:
        return text
    step, rest = path[0], path[1:]
    if isinstance(step, int):
        return (*value[:step], put(value[step], rest, text), *value[step + 1 :])
    return dataclasses.replace(value, **{step: put(getattr(value, step), rest, text)})


def told(facts: Facts) -> Iterator[tuple[tuple[str | int, ...], str, str]]:
    """Where the view says a fact: its path, what it says there, and a pattern of the digits that are the fact."""
    pay, payment = facts.to_pay, facts.payment
    if pay is not None and pay.amount is not None:
        yield ("to_pay", "amount"), pay.amount, ".+"
        yield ("to_pay", "sentence"), pay.sentence, re.escape(pay.amount)
    if pay is not None and pay.date is not None:
        yield ("to_pay", "date", "in_words"), pay.date.in_words, ".+"
    if payment is not None:
        for name in ("amount", "whole", "hundredths", "reference"):
            yield ("payment", name), getattr(payment, name) or "", ".+"
        yield ("payment", "methods", 0, "account"), payment.methods[0].account, ".+"
        yield ("payment", "qr"), payment.qr or "", r'(?<="(?:due|ddt|acc)":)"?[\w.-]+'
    for at, row in enumerate(facts.totals):
        if row.role in ("net", "vat", "total", "to_pay"):
            yield ("totals", at, "amount"), row.amount, ".+"


def faulty(facts: Facts, draw: random.Random) -> tuple[Facts, str]:
    """Facts with one digit wrong, as a fault of the writer would have it."""
    open_to_change = [
        (path, text, digits)
        for path, text, pattern in told(facts)
        if (digits := [at for found in re.finditer(pattern, text) for at in range(*found.span()) if text[at].isdigit()])
    ]
    path, text, digits = draw.choice(open_to_change)
    at = draw.choice(digits)
    return put(facts, path, text[:at] + other_digit(text[at], draw) + text[at + 1 :]), ".".join(map(str, path))


def test_a_digit_that_the_writer_gets_wrong_is_found_before_anything_is_set(
    generate: Callable[[int], Document], nordljus: Pack
) -> None:
    unseen: list[str] = []
    for number, document, draw in trials(generate, 100):
        facts, name = faulty(Rendering.of(document, nordljus).facts, draw)
        if not check(document, facts):
            unseen.append(f"document {number}: {name}")
    assert unseen == []


@pytest.mark.parametrize("kind", [ArtifactKind.MAILBOX_PDF, ArtifactKind.WEB])
def test_a_code_that_says_another_amount_is_found(
    kind: ArtifactKind, build: Callable[..., Document], nordljus: Pack
) -> None:
    document = build()
    right = Rendering.of(document, nordljus)
    assert right.facts.payment is not None
    assert right.facts.payment.qr is not None
    code = right.facts.payment.qr.replace('"due":', '"due":1')
    payment = dataclasses.replace(right.facts.payment, qr=code)
    wrong = dataclasses.replace(right, facts=dataclasses.replace(right.facts, payment=payment))

    found = parity(document, [wrong.artifact(kind)], pack=nordljus)

    assert {row.fact.name: row.cells[kind].part for row in found.rows if not row.cells[kind].holds} == {
        "amount due": "QR code"
    }
