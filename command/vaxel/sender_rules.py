"""What each sender's rules file says, read once when the configuration is taken into use."""

from collections.abc import Mapping
from pathlib import Path

from vaxel.settings import Settings
from vaxel_channels.registry import CHANNELS
from vaxel_channels.routing import SenderPolicy
from vaxel_channels.routing.rules_file import load
from vaxel_engine.errors import Misconfigured


def policies(chosen: Settings) -> Mapping[str, SenderPolicy]:
    """What each sender allows: by its rules file where it has one, else by its list of channels.

    Raises:
        Misconfigured: a rules file is wrong, or uses a channel that the sender does not have; with file and line.
    """
    found: dict[str, SenderPolicy] = {}
    for name, sender in chosen.senders.items():
        if sender.rules is None:
            found[name] = SenderPolicy(sender.channels, try_unmatched=sender.try_unmatched)
            continue
        rules = load(Path(sender.rules), {*CHANNELS, *sender.channels}).rules
        if strangers := [one for one in rules.channels if one not in sender.channels]:
            raise Misconfigured(
                f"{sender.rules}, channels: {strangers[0]} is not among sender.{name}.channels of {chosen.source}; "
                "add it there, or take it out of the rules"
            )
        found[name] = SenderPolicy.of(rules)
    return found
