"""Oracles: what is wrong with an artifact whatever was approved of it, said in words; none of them knows a baseline."""

from vaxel_regression.oracles.fault import Fault, Oracle, read_faults, written
from vaxel_regression.oracles.judging import on_paper, said_otherwise

__all__ = ["Fault", "Oracle", "on_paper", "read_faults", "said_otherwise", "written"]
