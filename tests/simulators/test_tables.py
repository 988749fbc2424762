"""The committed tables are complete, and the README shows them."""

from pathlib import Path

import pytest

from vaxel_simulators import Fault
from vaxel_simulators.kivra.rules import KivraRefusal
from vaxel_simulators.tables import markdown, rows_of

README = (Path(__file__).parents[2] / "simulators" / "README.md").read_text(encoding="utf-8")
FOLDERS = ("kivra", "digipost", "my_pages", "bankid", "elks", "link_mobility", "mail", "print_house")


def test_the_readme_shows_the_magic_recipients() -> None:
    shown = README.partition("<!-- magic.csv -->\n")[2].partition("\n<!-- end -->")[0]
    columns = ("channel", "address", "what", "why")
    assert shown == markdown([{name: row[name] for name in columns} for row in rows_of("magic.csv")])


@pytest.mark.parametrize("folder", FOLDERS)
def test_the_readme_leads_to_what_is_refused_and_assumed(folder: str) -> None:
    assert f"(vaxel_simulators/{folder}/must_refuse.csv)" in README
    assert f"(vaxel_simulators/{folder}/profile.toml)" in README


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_refusal_has_a_name_of_its_own(folder: str) -> None:
    names = [row["variant"] for row in rows_of(folder, "must_refuse.csv")]
    assert len(set(names)) == len(names) > 20


@pytest.mark.parametrize("fault", list(Fault))
def test_the_readme_names_every_fault(fault: Fault) -> None:
    assert f"| `{fault.name}` |" in README


def test_every_code_that_kivra_answers_has_words() -> None:
    for row in rows_of("kivra", "must_refuse.csv"):
        body = KivraRefusal(int(row["code"])).body()
        assert body["short_message"] != "Refused"
