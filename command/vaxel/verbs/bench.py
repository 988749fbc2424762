"""`vaxel bench`: measurements that anyone can repeat; CPU time, since wall time tells more of the neighbours."""

import click

from vaxel.benches import channels, dispatch, model, peers, pipeline, press, preview, regression, render, routing


@click.group("bench")
def command() -> None:
    """Measure what this version costs on this machine."""


for _bench in (render, pipeline, peers, press, model, regression, channels, routing, dispatch, preview):
    command.add_command(_bench.command)
