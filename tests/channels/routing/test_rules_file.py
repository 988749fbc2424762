"""A rules file: what it says becomes rules, and what is wrong in it is named with its line."""

from dataclasses import replace
from pathlib import Path

import pytest

from vaxel_channels.routing.rules_file import load
from vaxel_channels.routing.trying import try_case
from vaxel_engine.errors import Misconfigured

SAMPLE = Path(__file__).parents[3] / "samples/rules/nordljus.toml"
HEAD = 'version = "1"\nchannels = ["kivra", "email", "print"]\n'
A_TEST = '[[test]]\nname = "a"\nat = 2026-11-20T10:00:00+01:00\nexpect = ["kivra"]\n'


def test_every_test_of_the_sample_holds() -> None:
    found = load(SAMPLE)
    tried = [try_case(found.rules, case) for case in found.cases]
    assert len(tried) == 6
    assert [(one.case.name, one.decision.order) for one in tried if not one.held] == []


def test_a_test_that_does_not_hold_is_seen() -> None:
    found = load(SAMPLE)
    assert not try_case(found.rules, replace(found.cases[1], expect=("sms",))).held


MISTAKES: dict[str, tuple[str, int, str]] = {
    "an unknown channel": ('version = "1"\nchannels = ["kivra", "emial"]\n', 2, "'emial' is no channel; did you mean"),
    "an unknown kind": (HEAD + "[kind.invocie]\nfallback = true\n", 3, "'invocie' is no kind of document; did you"),
    "an unknown key": (HEAD + "[channel.email]\nquit = true\n", 4, "unknown key, did you mean 'quiet'?"),
    "a channel that was not opted in to": (HEAD + '[kind.reminder]\nchannels = ["sms"]\n', 4, "sms is not among"),
    "a channel twice": ('version = "1"\nchannels = ["email", "email"]\n', 2, "stands in it twice"),
    "rules for a channel that is not used": (HEAD + "[channel.sms]\ndays = 1\n", 3, "never looked at"),
    "an agreement that is missing": (
        HEAD + '[channel.kivra]\nneeds = ["agreement"]\n',
        4,
        "needs an agreement and none",
    ),
    "a kind that no channel is left for": (
        HEAD + '[kind.message]\nchannels = ["email"]\n[channel.email]\nkinds = ["invoice"]\n',
        4,
        "email is listed for message",
    ),
    "lawful channels that are not used": (
        HEAD + '[kind.reminder]\nchannels = ["email"]\nlawful = ["kivra"]\n',
        5,
        "none of kivra is used for reminder",
    ),
    "opening that nobody tells of": (
        HEAD + "[kind.invoice]\nunopened = { after_days = 5 }\n",
        4,
        "no channel of invoice tells whether it was opened (kivra: Kivra documents no event of it; email:",
    ),
    "opening by no day": (HEAD + "[kind.invoice]\nunopened = { }\n", 4, "needs one of after_days and days_before"),
    "opening with nothing to follow": (
        HEAD.replace("kivra", "digipost") + '[kind.invoice]\nchannels = ["digipost"]\nunopened = { after_days = 5 }\n',
        5,
        "nothing is left to follow digipost",
    ),
    "opening that an unlawful channel follows": (
        HEAD.replace("kivra", "digipost")
        + '[kind.invoice]\nlawful = ["digipost", "email"]\nunopened = { after_days = 5, then = "print" }\n',
        5,
        "print may not carry invoice by these rules",
    ),
    "opening without a second way": (
        HEAD.replace("kivra", "digipost") + "[kind.invoice]\nfallback = false\nunopened = { after_days = 5 }\n",
        5,
        "lets invoice go one way only",
    ),
    "an invitation that is not documented": (
        HEAD + "[channel.kivra]\ninvite = { days = 7 }\n",
        4,
        "kivra documents no invitation to register",
    ),
    "a reminder behind an invitation": (
        HEAD.replace("kivra", "digipost") + '[channel.digipost]\ninvite = { days = 7, kinds = ["reminder"] }\n',
        4,
        "a reminder must reach its recipient now",
    ),
    "an invitation without a next way": (
        HEAD.replace("kivra", "digipost")
        + "[kind.invoice]\nfallback = false\n[channel.digipost]\ninvite = { days = 7 }\n",
        6,
        "invoice goes one way only",
    ),
    "an envelope for a mail": (
        HEAD + "[channel.email]\nco_envelope = true\n",
        4,
        "email uses no envelopes; say it of print",
    ),
    "an envelope of an unknown kind": (
        HEAD + '[channel.print]\nco_envelope = ["invocie"]\n',
        4,
        "'invocie' is no kind of document",
    ),
    "quiet for the whole day": (HEAD + '[channel.email]\nquiet = "08:00-08:00"\n', 4, "could never be used"),
    "quiet that is no time": (HEAD + '[channel.email]\nquiet = "at night"\n', 4, 'e.g. "21:00-08:00"'),
    "a ramp of everybody and more": (HEAD + "[channel.email]\nramp = { percent = 101, stop_at = 2 }\n", 4, "less than"),
    "a country without bank days": (HEAD + 'country = "DE"\n', 3, "bank days are known for SE, NO, DK, FI"),
    "a time zone that is none": (HEAD + 'time_zone = "Kiruna"\n', 3, "is no time zone"),
    "two tests of one name": (HEAD + A_TEST + A_TEST, 8, "two tests called 'a'"),
    "a wish from the future": (
        HEAD + A_TEST + 'wish = { channel = "email", date = 2027-01-01 }\n',
        7,
        "the wish is dated 2027-01-01, after the test's own moment",
    ),
    "a test without a zone": (HEAD + A_TEST.replace("+01:00", ""), 5, "needs a time zone"),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_what_is_wrong_is_named_with_its_line(mistake: str, tmp_path: Path) -> None:
    text, line, words = MISTAKES[mistake]
    file = tmp_path / "rules.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(Misconfigured) as told:
        load(file)
    assert f"rules.toml, line {line}, " in str(told.value)
    assert words in str(told.value)


def test_a_file_that_is_no_rules_file_gets_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="does not exist"):
        load(tmp_path / "absent.toml")
    (tmp_path / "bad.toml").write_text("version = \n", encoding="utf-8")
    with pytest.raises(Misconfigured, match="is not valid TOML"):
        load(tmp_path / "bad.toml")
