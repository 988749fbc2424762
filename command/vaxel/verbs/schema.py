"""`vaxel schema`: the JSON Schema of the input, or of what a command prints with `--json`."""

import json

import click

from vaxel.outputs import OUTPUTS
from vaxel_engine.schema import json_schema


@click.command("schema")
@click.option(
    "--output", "verb", type=click.Choice(sorted(OUTPUTS)), help="The output of this verb instead of the input."
)
def command(verb: str | None) -> None:
    """Print the JSON Schema of the input document, or of a command's output.

    Validate your own files against it before you send them: `vaxel schema > document.schema.json`.
    """
    schema = OUTPUTS[verb].model_json_schema(by_alias=True, mode="serialization") if verb else json_schema()
    click.echo(json.dumps(schema, indent=2, ensure_ascii=False))
