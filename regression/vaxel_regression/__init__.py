"""Regression: compares what is rendered with what was looked at and approved."""

from vaxel_regression.comparison import Difference, compare
from vaxel_regression.references import Judgement, References, Verdict

__all__ = ["Difference", "Judgement", "References", "Verdict", "compare"]
