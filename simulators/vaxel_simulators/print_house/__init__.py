"""A print house behind a drop folder: a house convention, because no Nordic mail house publishes its interface."""

from vaxel_simulators.print_house.simulator import Posted, PrintHouseSimulator

__all__ = ["Posted", "PrintHouseSimulator"]
