"""Paragraphs with tags in them are set anew, whatever their words, and are equal to the reference path."""

import pytest
from tests.engine.compiled.conftest import Workshop

from vaxel_engine.compiled import Miss, Reason, compare, empty, probe, teach
from vaxel_engine.compiled.compiling import key_of, setter_of
from vaxel_engine.compiled.flows import parted
from vaxel_engine.compiled.keeping import packed, unpacked
from vaxel_engine.model import Document, DocumentKind
from vaxel_engine.packs import Pack

TAUGHT = """Hej **du** som `kod` läser [vår sida](https://nordljus.example/a) och *mer*
av den långa texten **som är så lång att den bryts** över raden.

Ett stycke till, med ***allt* på** en gång och [**fet**](https://nordljus.example/b) adress.

1. Första **punkten**
2. Andra

- Streck **med** `kod`
- Ett till med [adress](https://nordljus.example/c)
"""


def letter(body: str) -> Document:
    document = probe(3, kind=DocumentKind.MESSAGE, language="sv")
    assert document.message is not None
    return document.model_copy(update={"message": document.message.model_copy(update={"body": body})})


@pytest.fixture(scope="module")
def letters(nordljus: Pack) -> Workshop:
    """A program that knows one letter, as it is kept and read again."""
    setter = empty(nordljus)
    assert teach(setter, nordljus, [letter(TAUGHT)], stretch=False).left == {}
    program = unpacked(packed(setter.program), key_of(nordljus))
    assert program is not None
    return Workshop(nordljus, setter_of(nordljus, program), (letter(TAUGHT),))


UNSEEN = {
    "the letter it was taught": TAUGHT,
    "other words in other lines": """**Från och med årsskiftet** gäller nya priser för elnät och överföring i hela
kommunen, enligt [taxan som nämnden beslutade den femte november](https://kommun.example/taxa?år=2026&del=1) med stöd
av *lagen om allmänna vattentjänster*, och du behöver **inte** göra någonting.

Två rader till.

1. Det här är en punkt som är så lång att den fortsätter på nästa rad, eftersom den har **många** ord i sig.
2. Två

- Ett streck med `kod` i.
- Ett till
""",
    "words of several lines within one link": """[Läs hela beslutet, som är långt och går över flera rader i brevet,
eftersom ingen orkar läsa det ändå, men som måste stå här i alla fall](https://nordljus.example/d) **!**

Ett stycke.

1. Ett
2. Två

- Tre
- Fyra
""",
}


@pytest.mark.parametrize("name", UNSEEN)
def test_a_letter_in_its_own_words_is_equal(letters: Workshop, name: str) -> None:
    document = letter(UNSEEN[name])
    assert compare(letters.reference(document), letters.compiled(document)) == []


def test_a_tag_that_was_not_seen_in_a_paragraph_is_a_miss(letters: Workshop) -> None:
    with pytest.raises(Miss) as missed:
        letters.compiled(letter(TAUGHT.replace("**du**", "~~du~~")))
    assert missed.value.reason is Reason.SHAPE
    assert "<s>" in missed.value.what


def test_a_link_of_another_scheme_is_a_miss_until_it_was_seen(letters: Workshop) -> None:
    with pytest.raises(Miss):
        letters.compiled(letter(TAUGHT.replace("https://nordljus.example/a", "mailto:kund@nordljus.example")))


def test_a_picture_by_itself_holds_no_words() -> None:
    assert parted('<img class="picture" src="\x00" alt="\x00">') == ("", "")
