"""Local servers that behave as each provider documents; they share no code with the adapters they check."""

from vaxel_simulators.arrivals import Arrival, Clock
from vaxel_simulators.bankid import BankIdSimulator
from vaxel_simulators.digipost import DigipostSimulator
from vaxel_simulators.elks import ElksSimulator
from vaxel_simulators.errors import SimulatorError
from vaxel_simulators.faults import Fault
from vaxel_simulators.kivra import KivraSimulator
from vaxel_simulators.link_mobility import LinkMobilitySimulator
from vaxel_simulators.mail import MailSimulator
from vaxel_simulators.my_pages import MyPagesSimulator
from vaxel_simulators.print_house import PrintHouseSimulator
from vaxel_simulators.street import Street

__all__ = [
    "Arrival",
    "BankIdSimulator",
    "Clock",
    "DigipostSimulator",
    "ElksSimulator",
    "Fault",
    "KivraSimulator",
    "LinkMobilitySimulator",
    "MailSimulator",
    "MyPagesSimulator",
    "PrintHouseSimulator",
    "SimulatorError",
    "Street",
]
