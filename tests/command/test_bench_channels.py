"""`vaxel bench channels` hands over through every channel with a network, and tells what it cost."""

from click.testing import CliRunner

from vaxel.bench_outputs import BenchOutput
from vaxel.cli import cli


def test_each_channel_has_its_cost() -> None:
    ran = CliRunner().invoke(cli, ["bench", "channels", "--documents", "3", "--json"])
    assert ran.exit_code == 0, ran.output
    lines = BenchOutput.model_validate_json(ran.stdout).channels
    assert [line.channel for line in lines] == [
        "Kivra",
        "Digipost",
        "My pages",
        "E-mail",
        "E-mail with DKIM",
        "SMS (46elks)",
        "SMS (LINK Mobility)",
    ]
    assert all(line.send_ms > 0 for line in lines)
