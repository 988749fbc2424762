"""A first mapping file out of a sample: what its columns seem to mean, how they are written, what is missing."""

import json
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from vaxel_engine.codes import UNITS
from vaxel_engine.intake.candidate import Location
from vaxel_engine.intake.mapping.days import day_of
from vaxel_engine.intake.mapping.synonyms import fallbacks, fields_called, folded, languages_of
from vaxel_engine.intake.mapping.targets import kind_of, needed, with_term
from vaxel_engine.intake.svefaktura_tables import codes as words_of

_LINES = "invoice.lines"
_DAYS = (
    "YYYY-MM-DD",
    "YYYYMMDD",
    "DD.MM.YYYY",
    "DD-MM-YYYY",
    "DD/MM/YYYY",
    "D.M.YYYY",
    "YYYY/MM/DD",
    "YYYY-MM-DD*",
    "YYMMDD",
)
_COUNTRIES = {
    "sv": ("SE", "SEK", "sv"),
    "da": ("DK", "DKK", "en"),
    "no": ("NO", "NOK", "en"),
    "en": ("SE", "SEK", "en"),
}
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_CREDIT = ("kredit", "kreditnota", "kreditfaktura", "credit", "creditnote", "k", "c", "381")
_ESSENTIAL = frozenset(
    {"invoice.number", "invoice.issue_date", "invoice.currency", "invoice.seller.name", "recipient.name"}
    | {"invoice.seller.postal_address.country_code", "recipient.postal_address.country_code"}
    | {f"invoice.totals.{name}" for name in ("line_net", "without_vat", "with_vat", "due")}
    | {
        f"{_LINES}.{name}"
        for name in ("identifier", "quantity", "unit", "net_amount", "price.net", "vat.code", "item.name")
    }
)


@dataclass(frozen=True, slots=True)
class Column:
    """One column or element of a sample."""

    name: str
    """As a mapping names it."""
    word: str
    """As it is looked up."""
    values: tuple[str, ...]
    in_line: bool = False
    """Whether it belongs to the repeated rows of a document."""


@dataclass(frozen=True, slots=True)
class Sample:
    """What a sample shows: the settings of [input] and the columns."""

    settings: tuple[tuple[str, str], ...]
    columns: tuple[Column, ...]
    at: str | None = None
    """XML: the path of the repeated rows."""
    rows_differ: bool = False
    """CSV: whether a document has several rows."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A drafted mapping file, and what of the sample and of the model found no place in it."""

    text: str
    unplaced: tuple[str, ...]
    """Columns or elements that nothing is known of."""
    missing: tuple[str, ...]
    """Fields that the model needs and the sample does not fill, with their business terms."""


@dataclass(slots=True)
class _Places:
    by_field: dict[str, Column] = field(default_factory=dict[str, Column])
    unplaced: list[Column] = field(default_factory=list[Column])


def draft(sample: Sample, name: str) -> Draft:
    """Draft the mapping for a sample called `name`."""
    places = _placed(sample.columns)
    country, currency, language = _COUNTRIES[_language(sample.columns)]
    filled: dict[str, str] = {target: _source(target, column) for target, column in places.by_field.items()}
    guesses: list[str] = []
    for fallback in fallbacks():
        if fallback.field in filled:
            continue
        if fallback.other is not None and fallback.other in filled:
            filled[fallback.field] = filled[fallback.other]
        elif fallback.constant == "#":
            filled[fallback.field] = "{ counter = true }"
        elif fallback.constant is not None:
            constant = fallback.constant.format(country=country, currency=currency, language=language)
            filled[fallback.field] = f"{{ constant = {_text(constant)} }}"
        else:
            continue
        guesses.append(fallback.field)
    _complete(filled, guesses)
    missing = _missing(filled)
    text = _written(sample, name, filled, guesses, missing, places)
    return Draft(text, tuple(column.name for column in places.unplaced), tuple(with_term(one) for one in missing))


def _placed(columns: Sequence[Column]) -> _Places:
    """Each field gets the first column that is called so; within rows the fields of lines come first."""
    places = _Places()
    for column in columns:
        known = fields_called(column.word)
        ranked = sorted(known, key=lambda one: one.startswith(_LINES) is not column.in_line)
        free = [one for one in ranked if one not in places.by_field and (column.in_line or not one.startswith(_LINES))]
        if column.in_line:
            free = [one for one in free if one.startswith(_LINES)]
        if free:
            places.by_field[free[0]] = column
        else:
            places.unplaced.append(column)
    return places


def _language(columns: Iterable[Column]) -> str:
    counts = Counter(language for column in columns for language in languages_of(column.word))
    return max(_COUNTRIES, key=lambda language: counts[language])


def _source(target: str, column: Column) -> str:
    if target == "kind":
        codes = {
            value: "credit_note" if folded(value) in _CREDIT else "invoice" for value in sorted(set(column.values))
        }
        return f"{{ column = {_text(column.name)}, codes = {_inline(codes)} }}"
    if target == f"{_LINES}.unit":
        codes = {value: _unit(value) for value in sorted(set(column.values))}
        return f"{{ column = {_text(column.name)}, codes = {_inline(codes)} }}"
    return _text(column.name)


def _unit(word: str) -> str:
    return word if word in UNITS else words_of("unit").get(word.lower(), "C62")


def _inline(codes: dict[str, str]) -> str:
    return "{ " + ", ".join(f"{_text(word)} = {_text(code)}" for word, code in codes.items()) + " }"


def _complete(filled: dict[str, str], guesses: list[str]) -> None:
    """A line without a price costs its amount for its quantity; a reference to pay by needs its means of payment."""
    net, price = f"{_LINES}.net_amount", f"{_LINES}.price.net"
    if price in guesses and filled.get(price) == filled.get(net):
        filled[f"{_LINES}.price.base_quantity"] = filled[f"{_LINES}.quantity"]
        guesses.append(f"{_LINES}.price.base_quantity")
    if "invoice.payment.1.remittance_information" in filled:
        filled["invoice.payment.1.means_code"] = '{ constant = "30" }'
        guesses.append("invoice.payment.1.means_code")


def _missing(filled: dict[str, str]) -> list[Location]:
    plain = {tuple(step for step in target.split(".") if not step.isdigit()) for target in filled}
    seen = {tuple(target.split(".")) for target in _ESSENTIAL} - plain
    return sorted(
        seen | set(needed(frozenset(plain))), key=lambda one: (".".join(map(str, one)).startswith(_LINES), str(one))
    )


def days_written(values: Sequence[str]) -> str | None:
    """How days are written in a column of them; None where no known way fits them all."""
    return next((way for way in _DAYS if values and all(day_of(value, way) for value in values)), None)


def number_settings(columns: Iterable[Column]) -> list[tuple[str, str]]:
    """The decimal sign and the sign between thousands, by the columns that hold numbers."""
    numbers = [
        value
        for column in columns
        if any(kind_of(_plain(one)) == "number" for one in fields_called(column.word))
        for value in column.values
    ]
    comma = sum(bool(re.fullmatch(r"-?[0-9 .\u00a0]*,[0-9]+", value)) for value in numbers)
    point = sum(bool(re.fullmatch(r"-?[0-9 ,\u00a0]*\.[0-9]+", value)) for value in numbers)
    settings = [("decimal", "," if comma > point else ".")]
    other = "." if comma > point else ","
    for sign in (" ", other):
        pattern = rf"-?[0-9]{{1,3}}([{re.escape(sign)}\u00a0][0-9]{{3}})+([.,][0-9]+)?"
        if any(re.fullmatch(pattern, value) for value in numbers):
            return [*settings, ("thousands", sign)]
    return settings


def date_settings(columns: Iterable[Column]) -> list[tuple[str, str]]:
    """The way that days are written, by the columns that hold them."""
    days = [
        value
        for column in columns
        if any(kind_of(_plain(one)) == "day" for one in fields_called(column.word))
        for value in column.values
    ]
    written = days_written(days)
    return [("date", written)] if written else []


def _plain(target: str) -> Location:
    return tuple(step for step in target.split(".") if not step.isdigit())


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)


def _written(
    sample: Sample, name: str, filled: dict[str, str], guesses: list[str], missing: list[Location], places: _Places
) -> str:
    out = [f"# How {name} becomes documents. Drafted from a sample: read every line before it is used.", "", "[input]"]
    out += [f"{key} = {_text(value) if key != 'header' else value}" for key, value in sample.settings]
    document = {target: source for target, source in filled.items() if not target.startswith(f"{_LINES}.")}
    lines = {target[len(_LINES) + 1 :]: source for target, source in filled.items() if target.startswith(f"{_LINES}.")}
    out += ["", "[fields]                        # once per document"]
    out += [_line(target, source, target in guesses) for target, source in sorted(document.items())]
    absent = [one for one in missing if one[:2] != ("invoice", "lines")]
    out += _asked(absent, 0)
    out += ["", f'[each."{_LINES}"]          # once per {"element" if sample.at else "row"}']
    out += [f"at = {_text(sample.at)}"] if sample.at else []
    out += [_line(target, source, f"{_LINES}.{target}" in guesses) for target, source in sorted(lines.items())]
    out += _asked([one for one in missing if one[:2] == ("invoice", "lines")], 2)
    if places.unplaced:
        out += [
            "",
            "# Nothing is known of these; name the field of each that matters (`vaxel schema` lists the fields):",
        ]
        out += [f"#   {column.name}" for column in places.unplaced]
    return "\n".join(out) + "\n"


def _line(target: str, source: str, guessed: bool) -> str:
    return f"{target} = {source}" + ("          # a guess: no column says it" if guessed else "")


def _asked(missing: Sequence[Location], below: int) -> list[str]:
    if not missing:
        return []
    asked = [f'# {".".join(map(str, one[below:]))} = {{ constant = "" }}   # {with_term(one)}' for one in missing]
    return ["# Needed and not found: name the column, or write the constant, and take the # away.", *asked]
