"""Days and months as the axis and the sentence of a chart name them, in the reader's language."""

import datetime as dt
from functools import lru_cache

from babel.dates import format_date

from vaxel_engine.model import Language
from vaxel_engine.rendering.formatting import LOCALES


@lru_cache(maxsize=4096)
def named(date: dt.date, pattern: str, language: Language) -> str:
    """`date` by a pattern of CLDR ("d MMMM", "LLL"), without the full stop of an abbreviation."""
    return format_date(date, pattern, locale=LOCALES[language]).replace(".", "")
