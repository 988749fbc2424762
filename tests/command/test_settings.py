"""Every mistake in vaxel.toml is named by file and key."""

from importlib.resources import files
from pathlib import Path

import pytest

from vaxel import settings
from vaxel_engine.errors import Misconfigured

SANDBOX = (files("vaxel") / "sandbox.toml").read_text(encoding="utf-8")


def load(tmp_path: Path, text: str) -> settings.Settings:
    file = tmp_path / "vaxel.toml"
    file.write_text(text, encoding="utf-8")
    return settings.load(file)


def test_what_init_writes_is_a_sandbox(tmp_path: Path) -> None:
    read = load(tmp_path, SANDBOX)
    assert read.mode == "sandbox"
    assert read.ledger.artifacts == tmp_path / "vaxel-ledger/artifacts"
    assert read.ledger.url == f"sqlite:///{tmp_path}/vaxel-ledger/ledger.sqlite"


def test_a_sender_is_found_by_name_and_by_legal_number(tmp_path: Path) -> None:
    read = load(tmp_path, SANDBOX)
    assert read.sender("nordljus") == read.sender("5592014475")
    assert read.sender("stranger") is None


@pytest.mark.parametrize(
    ("was", "becomes", "told"),
    [
        ('brand = "nordljus"', 'brnad = "nordljus"', "did you mean 'brand'?"),
        ("[ledger]", "[leger]", "did you mean 'ledger'?"),
        ('mode = "sandbox"', 'mode = "production"', "mode: input should be 'sandbox' or 'live'"),
        ('"kivra", "email"', '"kivra", "emial"', "did you mean 'email'?"),
        ('mode = "sandbox"', "mode = sandbox", "not valid TOML"),
        ("[ledger]", "[webhooks]\nallow_lopback = true\n[ledger]", "did you mean 'allow_loopback'?"),
        (
            "[ledger]",
            "[service.emial]\nper_second = 5\n[ledger]",
            "service.emial: no channel of this name is set up; did",
        ),
        ("[ledger]", "[service.email]\nper_second = 0\n[ledger]", "service.email.per_second: input should be greater"),
        (
            "[ledger]",
            '[service.email]\nquiet = ["21:00-08:00"]\n[ledger]',
            "service.email.zone: hours need a time zone",
        ),
        (
            "[ledger]",
            "[service.email]\nconfirm_hours = 48\n[ledger]",
            "service.email: confirm_hours says that silence is a failure, confirmation_seconds that it is a delivery",
        ),
        ("[ledger]", "[dispatch]\ntakeover_after = 1\n[ledger]", "dispatch.takeover_after: input should be greater"),
    ],
)
def test_a_mistake_is_named_with_its_key_and_the_nearest_right_one(
    tmp_path: Path, was: str, becomes: str, told: str
) -> None:
    with pytest.raises(Misconfigured, match=r"vaxel\.toml") as refused:
        load(tmp_path, SANDBOX.replace(was, becomes, 1))
    assert told in str(refused.value)


def test_a_live_sender_tells_public_addresses_alone(tmp_path: Path) -> None:
    text = SANDBOX.replace('mode = "sandbox"', 'mode = "live"').replace(
        "[ledger]", "[webhooks]\nallow_loopback = true\n[ledger]"
    )
    with pytest.raises(Misconfigured, match=r"webhooks\.allow_loopback"):
        load(tmp_path, text)


def test_an_absent_configuration_says_how_to_get_one(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="vaxel init"):
        settings.load(tmp_path / "vaxel.toml")
