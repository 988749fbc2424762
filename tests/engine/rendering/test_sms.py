"""The SMS says who, how much, by when, and carries the link, whatever the names are."""

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from vaxel_engine.artifact import ArtifactKind
from vaxel_engine.errors import Unrenderable
from vaxel_engine.gsm import segments
from vaxel_engine.model import Document, DocumentKind, Message
from vaxel_engine.packs import Pack
from vaxel_engine.rendering import Rendering, render
from vaxel_engine.rendering.sms import text

if TYPE_CHECKING:
    from collections.abc import Callable

LINK = "https://nordljus.example/d/8J3kQm2nV5tRz7yXw1bLcA"

_UNCUT = {
    "invoice-sv": ("Nordljus: 1 145,00 kr att betala senast 20 december 2026.", DocumentKind.INVOICE, "sv", "1145.00"),
    "invoice-en": ("Nordljus: SEK 1,145.00 to pay by 20 December 2026.", DocumentKind.INVOICE, "en", "1145.00"),
    "drawn": (
        "Nordljus: 99,00 kr dras från ditt konto 28 december 2026.",
        DocumentKind.DIRECT_DEBIT_NOTICE,
        "sv",
        "99.00",
    ),
    "nothing": ("Nordljus: Ny faktura, inget att betala.", DocumentKind.INVOICE, "sv", "0.00"),
    "favour": ("Nordljus: Du får tillbaka 12,50 kr.", DocumentKind.INVOICE, "sv", "-12.50"),
    "credit": ("Nordljus: You get SEK 50.00 back.", DocumentKind.CREDIT_NOTE, "en", "50.00"),
    "reminder": (
        "Nordljus: Påminnelse om 99,00 kr, betala senast 20 december 2026.",
        DocumentKind.REMINDER,
        "sv",
        "99.00",
    ),
}


@pytest.mark.parametrize("case", _UNCUT)
def test_one_plain_message_says_who_how_much_by_when(
    build: "Callable[..., Document]", nordljus: Pack, case: str
) -> None:
    words, kind, language, due = _UNCUT[case]
    document = build(kind=kind, language=language, due=due)
    body = render(document, ArtifactKind.SMS, pack=nordljus, link=LINK).body.decode()
    assert body == f"{words} {LINK}"
    assert (segments(body).encoding, segments(body).count) == ("GSM-7", 1)


def test_a_message_says_its_subject(build: "Callable[..., Document]", nordljus: Pack) -> None:
    document = build(kind=DocumentKind.MESSAGE, message=Message(subject="Elavbrott i natt", body="Hej."))
    assert text(Rendering.of(document, nordljus, LINK)) == f"Nordljus: Elavbrott i natt {LINK}"


def test_a_link_with_a_space_is_refused(build: "Callable[..., Document]", nordljus: Pack) -> None:
    with pytest.raises(Unrenderable, match="space"):
        text(Rendering.of(build(), nordljus, "https://nordljus.example/a b"))


_NAMES = st.text(st.characters(codec="utf-8"), min_size=1, max_size=200).filter(lambda name: name.strip())
_DUES = st.decimals(min_value=1, max_value=9_999_999, places=2, allow_nan=False).map(str)
_LINKS = st.from_regex(r"https://[a-z]{1,20}\.example/[A-Za-z0-9~_-]{1,90}", fullmatch=True)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150, deadline=None)
@given(name=_NAMES, due=_DUES, link=_LINKS)
def test_never_cuts_a_payment_link_an_amount_or_a_date(
    build: "Callable[..., Document]", nordljus: Pack, name: str, due: str, link: str
) -> None:
    written = Rendering.of(build(due=due), nordljus, link)
    long_named = replace(written, facts=replace(written.facts, seller=replace(written.facts.seller, brand=name)))
    body = text(long_named)
    pay = written.facts.to_pay
    assert pay is not None
    assert pay.amount is not None
    assert body.endswith(f" {link}")
    assert pay.amount.replace("\u00a0", " ") in body
    assert "20 december 2026" in body


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=100, deadline=None)
@given(name=st.text("ABCdefåäö &", min_size=4, max_size=300).filter(lambda name: len(name.strip()) > 3))
def test_the_sender_gives_way_before_a_second_message_is_paid_for(
    build: "Callable[..., Document]", nordljus: Pack, name: str
) -> None:
    written = Rendering.of(build(due="1234.50"), nordljus, LINK)
    facts = replace(written.facts, seller=replace(written.facts.seller, brand=name))
    assert segments(text(replace(written, facts=facts))).count == 1
