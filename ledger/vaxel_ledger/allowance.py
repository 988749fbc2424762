"""How much of something a channel may use up in a day, counted for all its processes at once and over restarts."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Engine, case, update
from sqlalchemy.dialects import postgresql, sqlite

from vaxel_ledger import tables
from vaxel_ledger.database import writing

_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class DailyAllowance:
    """What one tenant's channel has used of its day (UTC), in `rate_bucket`."""

    engine: Engine
    tenant: str
    channel: str
    clock: Callable[[], dt.datetime]

    def take(self, amount: int, *, limit: int) -> float:
        """Use `amount` of the day's `limit` and answer 0; or use nothing and answer the seconds until the next day.

        What is taken stays taken, also when the hand-over fails after it: the cap is never exceeded, at most missed.
        """
        now = self.clock().astimezone(dt.UTC)
        day = now.replace(hour=0, minute=0, second=0, microsecond=0)
        name, bucket = f"{self.tenant}/{self.channel}/day", tables.rate_bucket
        row, new_day = bucket.c, bucket.c.t != day
        change = (
            update(bucket)
            .where(row.provider == name, (new_day & (amount <= limit)) | (~new_day & (row.tokens + amount <= limit)))
            .values(tokens=case((new_day, float(amount)), else_=row.tokens + amount), t=day)
            .returning(row.provider)
        )
        with writing(self.engine) as connection:
            dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
            first = dialect.insert(bucket).values(provider=name, tokens=0.0, t=day).on_conflict_do_nothing()
            connection.execute(first)
            taken = connection.execute(change).first() is not None
        return 0.0 if taken else (day + _DAY - now).total_seconds()
