"""How often the block programs of brands set a page themselves, and why not the rest: counted by workers."""

from collections.abc import Mapping
from typing import Final

from sqlalchemy import Column, Connection, Named, Table, TypedColumns, func, select
from sqlalchemy.dialects import postgresql, sqlite

from vaxel_ledger.tables import metadata


class _ProgramCount(TypedColumns):
    tenant: Named[str] = Column(primary_key=True)
    brand: Named[str] = Column(primary_key=True)
    outcome: Named[str] = Column(primary_key=True)
    """"hit", or the reason for which the reference path set it."""
    number: Named[int]


program_count: Final = Table("program_count", metadata, _ProgramCount)


def add(connection: Connection, tenant: str, counted: Mapping[tuple[str, str], int]) -> None:
    """Add artifacts by brand and outcome; two workers that do so at once add up."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    for (brand, outcome), number in sorted(counted.items()):
        row = dialect.insert(program_count).values(tenant=tenant, brand=brand, outcome=outcome, number=number)
        again = {"number": program_count.c.number + row.excluded.number}
        connection.execute(row.on_conflict_do_update(index_elements=["tenant", "brand", "outcome"], set_=again))


def counted(connection: Connection) -> dict[tuple[str, str], int]:
    """Artifacts by brand and outcome, of all tenants."""
    table = program_count.c
    query = select(table.brand, table.outcome, func.sum(table.number)).group_by(table.brand, table.outcome)
    return {(brand, outcome): int(number) for brand, outcome, number in connection.execute(query)}
