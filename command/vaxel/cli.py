"""The `vaxel` command: verbs grouped by who uses them, one module per verb, loaded only when called."""

import gc
import os
import sys
from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType

import click

from vaxel_engine.errors import VaxelError

VERBS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "Try it": {
            "demo": "One file in, every artifact out, each handed over to a local stand-in of its provider.",
            "init": "Write a sandbox configuration, vaxel.toml.",
            "doctor": "Say what is missing on this machine.",
        },
        "Designers": {
            "preview": "Every artifact of one document side by side, refreshed on save.",
            "new": "Begin a brand pack, or a mapping of CSV and XML files.",
            "parity": "Read every artifact back, and print facts × artifacts.",
            "check-pack": "Everything that is wrong with a brand pack, at once.",
            "approve": "See what differs from what was approved, and accept or reject it.",
            "check-print": "Hold a PDF against the rules of a mail house, and draw what it would refuse.",
            "publish": "Freeze a pack, and make it what production renders.",
            "compile": "Make a published pack fast, after comparing what comes out with the reference path.",
        },
        "Billing": {
            "check": "Judge each record of files by the official rules, by their ids.",
            "render": "Turn the documents of a file into artifacts in a folder, again from where it ended.",
            "send": "Hand the documents of a file over, each through its smartest channel.",
            "status": "How each batch stands, and what the rest of one waits for.",
            "plan": "What would become of a file, and what it would cost, before anything is sent.",
            "what-if": "A past batch under other rules: every document that would move.",
            "why": "Why a document took its channel and not another, in five languages.",
            "exceptions": "What found no way, by cause; corrected in a spreadsheet and driven once more.",
            "wishes": "How recipients asked to be reached, from a file.",
            "mandates": "Mandates to draw by Autogiro, from a file.",
            "rules": "Look at a sender's rules for choosing channels, and try their tests.",
            "hold": "Let nothing more leave of a batch, or of a document, until it is released.",
            "release": "Let what is held go on.",
            "cancel": "Cancel what has not left, and ask providers for what they hold.",
            "report": "What became of each record of a batch, as CSV, JSON or XML.",
            "schema": "Print the JSON Schema of the input or of a command's output.",
        },
        "Operations": {
            "worker": "Hand over what is due for as long as it runs.",
            "serve": "Take files and answer questions over HTTP, for billing systems.",
            "keys": "Make, list and revoke the keys of the HTTP service.",
            "events": "What happened in the ledger, read on by a cursor.",
            "webhooks": "Tell a system of yours what happens, as it happens.",
            "pause": "Stop a channel, or let it go on.",
            "alarms": "What is out of its usual band, and a person's word that it is right.",
            "doubts": "Outcomes that nobody knows: say what a person found.",
            "suppressed": "Addresses that nothing goes to any more; take one off the list.",
            "simulators": "Hold a local stand-in of every provider up, and say where each is.",
            "migrate": "Bring a ledger to this version's schema.",
            "faults": "Kill workers while they hand over, and count what was lost or doubled.",
            "bench": "Measure: CPU milliseconds per artifact kind.",
        },
    }
)
"""Every verb with its one sentence, in the order of `--help`; a test compares it with the modules and the docs."""

DONE, SOME_REJECTED_OR_FAILED, COULD_NOT_WORK, LEDGER_DOES_NOT_CLOSE = 0, 1, 2, 3
"""The exit statuses of every command."""


class Verbs(click.Group):
    """A group that imports a verb's module only when the verb is asked for, so that `--help` is quick."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All verbs in the order of `--help`."""
        return [verb for verbs in VERBS.values() for verb in verbs]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the module of one verb and return its command; None for an unknown verb."""
        if cmd_name not in self.list_commands(ctx):
            return None
        collects = gc.isenabled()
        gc.disable()  # what is imported stays: looking for garbage in it takes a sixth of the time
        try:
            command = import_module(f"vaxel.verbs.{cmd_name.replace('-', '_')}").command
        except ModuleNotFoundError as absent:
            if (absent.name or "vaxel").startswith("vaxel"):
                raise
            raise click.ClickException(
                f"{cmd_name} needs the library {absent.name}, which is not installed: "
                "pip install 'vaxel[switch,service,preview,regression]', or see what is missing with vaxel doctor"
            ) from absent
        finally:
            if collects:
                gc.enable()
        assert isinstance(command, click.Command)  # noqa: S101 - a module of ours without `command` is our mistake
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the verbs under the heading of who uses them."""
        for heading, verbs in VERBS.items():
            with formatter.section(heading):
                formatter.write_dl(list(verbs.items()))


@click.group(cls=Verbs, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="vaxel", message="vaxel %(version)s")
def cli() -> None:
    """Vaxel: one file in; every artifact out; each handed over through its smartest channel.

    Exit status: 0 done; 1 done, but some documents were rejected or failed; 2 the command could not do its work;
    3 the ledger does not close.
    """


def main() -> None:
    """Run the command line; a deliberate error becomes one sentence on standard error, never a traceback."""
    try:
        status = cli.main(prog_name="vaxel", standalone_mode=False)
    except click.exceptions.Exit as asked:
        status = asked.exit_code
    except click.ClickException as wrong_words:
        wrong_words.show()
        status = COULD_NOT_WORK
    except (click.Abort, KeyboardInterrupt):
        click.echo("vaxel: stopped by hand; what was accepted is kept.", err=True)
        status = 130
    except VaxelError as error:
        click.echo(f"vaxel: {error}", err=True)
        status = COULD_NOT_WORK
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # the reader left; nothing more to say
        status = COULD_NOT_WORK
    except Exception as fault:
        if os.environ.get("VAXEL_TRACEBACK"):
            raise
        click.echo(
            f"vaxel: stopped on a fault of its own ({type(fault).__name__}); "
            "set VAXEL_TRACEBACK=1 and run again to see where, and please report it.",
            err=True,
        )
        status = COULD_NOT_WORK
    sys.exit(status if isinstance(status, int) else DONE)
