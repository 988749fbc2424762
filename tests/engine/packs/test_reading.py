"""Reading packs: inheritance, checks, and errors that point at a line."""

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

import pytest

from vaxel_engine.errors import Misconfigured, TemplateError
from vaxel_engine.model import DocumentKind
from vaxel_engine.packs import Pack, load, packs

PackMaker = Callable[[Mapping[str, str]], Pack]


def test_a_brand_inherits_what_it_does_not_write(make_pack: PackMaker) -> None:
    pack = make_pack({"brand.toml": 'extends = "base"\nname = "Blå"\n'})
    assert pack.name == "Blå"
    assert pack.read("css/paper.css") == load("base").read("css/paper.css")


def test_tokens_merge_key_by_key(make_pack: PackMaker) -> None:
    pack = make_pack({"brand.toml": 'extends = "base"\n[tokens.colour]\nbrand = "#112233"\n'})
    assert pack.tokens["colour"]["brand"] == "#112233"
    assert pack.tokens["colour"]["ink"] == load("base").tokens["colour"]["ink"]


def test_words_merge_key_by_key(make_pack: PackMaker) -> None:
    pack = make_pack({"words.sv.toml": '[title]\ninvoice = "Räkning"\n'})
    assert pack.words("sv")["title.invoice"] == "Räkning"
    assert pack.words("sv")["title.reminder"] == "Påminnelse"


def test_a_file_of_the_brand_replaces_the_inherited_one(make_pack: PackMaker) -> None:
    pack = make_pack({"sections/totals.paper.html": "<p>own</p>"})
    assert pack.read("sections/totals.paper.html") == b"<p>own</p>"
    assert pack.files["sections/totals.paper.html"].parent.parent.name == "tried"


def test_the_order_of_sections_is_one_line(make_pack: PackMaker) -> None:
    pack = make_pack({"brand.toml": 'extends = "base"\n[kinds.invoice]\nsections = ["payment", "lines"]\n'})
    assert pack.sections("invoice") == ("payment", "lines")
    assert pack.sections("message") == load("base").sections("message")


def test_an_unknown_section_is_named_with_its_line(make_pack: PackMaker) -> None:
    with pytest.raises(TemplateError, match=r'"adverts".*there are balance') as caught:
        make_pack({"brand.toml": 'extends = "base"\n\n[kinds.invoice]\nsections = ["lines", "adverts"]\n'})
    assert caught.value.line == 4
    assert caught.value.file.endswith("tried/brand.toml")


def test_a_word_that_one_language_lacks_is_named_with_the_file(make_pack: PackMaker) -> None:
    with pytest.raises(TemplateError, match=r"title\.campaign") as caught:
        make_pack({"words.en.toml": '[title]\ncampaign = "Campaign"\n'})
    assert caught.value.file.endswith("words.sv.toml")


def test_a_word_that_is_no_text_is_named_with_its_line(make_pack: PackMaker) -> None:
    with pytest.raises(TemplateError, match="quotation marks") as caught:
        make_pack({"words.sv.toml": "[title]\ninvoice = 12\n"})
    assert caught.value.line == 2


def test_broken_toml_is_named_with_its_line(make_pack: PackMaker) -> None:
    with pytest.raises(TemplateError, match="not TOML") as caught:
        make_pack({"brand.toml": 'extends = "base"\nname = Blå\n'})
    assert caught.value.line == 2


def test_a_misspelt_key_is_named_with_its_line(make_pack: PackMaker) -> None:
    with pytest.raises(TemplateError, match="colours") as caught:
        make_pack({"brand.toml": 'extends = "base"\ncolours = "blue"\n'})
    assert caught.value.line == 2


def test_a_missing_word_says_where_to_add_it(nordljus: Pack) -> None:
    with pytest.raises(TemplateError, match=r"title\.poem") as caught:
        nordljus.words("sv")["title.poem"]
    assert "words.sv.toml" in caught.value.file


def test_a_slot_that_nobody_fills_says_which_there_are(make_pack: PackMaker) -> None:
    pack = make_pack({"words.sv.toml": '[to_pay.pay]\nsentence = "Betala {summa}."\n'})
    with pytest.raises(TemplateError, match=r"\{summa\}.*\{amount\}, \{date\}"):
        pack.words("sv").fill("to_pay.pay.sentence", amount="1", date="2")


def test_a_missing_file_is_a_template_error(nordljus: Pack) -> None:
    with pytest.raises(TemplateError, match=r"layouts/poster\.html"):
        nordljus.read("layouts/poster.html")


def test_an_unknown_brand_says_which_there_are() -> None:
    with pytest.raises(Misconfigured, match="nordljus"):
        load("sydljus")


@pytest.mark.parametrize("name", ["../base", "/etc", "base/../base", ""])
def test_a_brand_is_a_name_and_not_a_path(name: str) -> None:
    with pytest.raises(Misconfigured):
        load(name)


def test_packs_that_extend_each_other_are_refused(tmp_path: Path) -> None:
    for name, parent in (("one", "two"), ("two", "one")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "brand.toml").write_text(f'extends = "{parent}"\n')
    with pytest.raises(TemplateError, match="extends it again"):
        load("one", [tmp_path])


def test_a_link_out_of_the_pack_is_refused(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("not for customers")
    folder = tmp_path / "roots" / "tried"
    folder.mkdir(parents=True)
    (folder / "brand.toml").write_text('extends = "base"\n')
    (folder / "notes.txt").symlink_to(secret)
    with pytest.raises(TemplateError, match="outside"):
        load("tried", [tmp_path / "roots", packs()])


def test_the_digest_follows_every_file_and_nothing_else(make_pack: PackMaker) -> None:
    one = make_pack({"words.sv.toml": '[title]\ninvoice = "Räkning"\n'})
    same = make_pack({"words.sv.toml": '[title]\ninvoice = "Räkning"\n'})
    other = make_pack({"words.sv.toml": '[title]\ninvoice = "Räkningen"\n'})
    assert one.digest == same.digest != other.digest


def test_a_block_chooses_its_documents_by_language_kind_state_and_day(make_pack: PackMaker) -> None:
    head = 'languages = ["sv"]\nkinds = ["invoice"]\naudience = ["pay"]\nfrom = 2026-11-01\nuntil = 2026-11-30'
    (block,) = make_pack({"blocks/winter.md": f"+++\n{head}\n+++\nDet blir **kallt**.\n"}).blocks

    def suits(language: str = "sv", state: str = "pay", day: date = date(2026, 11, 20)) -> bool:
        return block.suits(language=language, kind=DocumentKind.INVOICE, state=state, day=day)

    assert suits()
    assert not suits(language="en")
    assert not suits(state="direct_debit")
    assert not suits(day=date(2026, 12, 1))
    assert not block.suits(language="sv", kind=DocumentKind.REMINDER, state="pay", day=date(2026, 11, 20))


@pytest.mark.parametrize(
    ("text", "said"),
    [("Utan huvud", "head"), ("+++\nkinds = [\n+++\n", "TOML"), ('+++\nkinds = ["poem"]\n+++\n', "kinds")],
)
def test_a_block_with_a_wrong_head_is_named_with_its_line(make_pack: PackMaker, text: str, said: str) -> None:
    with pytest.raises(TemplateError, match=said) as caught:
        make_pack({"blocks/winter.md": text})
    assert caught.value.line is not None


@pytest.mark.parametrize("body", ["", "![bild](https://a.example/x.png)", "---", "> "])
def test_a_block_without_a_text_form_does_not_build(make_pack: PackMaker, body: str) -> None:
    with pytest.raises(TemplateError, match="has no words") as caught:
        make_pack({"blocks/winter.md": f"+++\n+++\n{body}\n"})
    assert caught.value.file.endswith("blocks/winter.md")


@pytest.mark.parametrize("body", ["Hej.", "- ett", "`kod`", "# Rubrik", "[länk](https://a.example)"])
def test_a_block_with_any_words_builds(make_pack: PackMaker, body: str) -> None:
    assert len(make_pack({"blocks/winter.md": f"+++\n+++\n{body}\n"}).blocks) >= 1


def test_every_shipped_brand_speaks_both_languages() -> None:
    for path in packs().glob("*/brand.toml"):
        pack = load(path.parent.name)
        assert set(pack.words("sv").names()) == set(pack.words("en").names())
