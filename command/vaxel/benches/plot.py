"""Figures as a picture: horizontal bars in SVG, by day and by night, for a page of documentation."""

from collections.abc import Sequence
from xml.sax.saxutils import escape

_WIDTH, _NAMES, _ROW, _TOP = 720, 190, 30, 44


def bars(title: str, figures: Sequence[tuple[str, float]], *, unit: str = "ms") -> str:
    """One bar for each name from zero, its figure beside it; the first one, which is ours, in colour."""
    most = max(figure for _, figure in figures) or 1.0
    room = _WIDTH - _NAMES - 90
    rows: list[str] = []
    for at, (name, figure) in enumerate(figures):
        y = _TOP + at * _ROW
        wide = max(1.0, figure / most * room)
        fill = "#0b6b57" if at == 0 else "#8a908e"
        rows.append(
            f'<text x="{_NAMES - 10}" y="{y + 15}" text-anchor="end">{escape(name)}</text>'
            f'<rect x="{_NAMES}" y="{y + 2}" width="{wide:.1f}" height="18" fill="{fill}"/>'
            f'<text x="{_NAMES + wide + 8:.1f}" y="{y + 15}">{_written(figure)} {unit}</text>'
        )
    height = _TOP + len(figures) * _ROW + 10
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{height}" viewBox="0 0 {_WIDTH} {height}" '
        f'role="img" aria-label="{escape(title)}" font-family="Inter, system-ui, sans-serif" font-size="13">'
        "<style>text{fill:#17211e}@media(prefers-color-scheme:dark){text{fill:#e6ebe9}}</style>"
        f'<text x="0" y="18" font-size="15" font-weight="600">{escape(title)}</text>{"".join(rows)}</svg>\n'
    )


def _written(figure: float) -> str:
    return f"{figure:,.0f}" if figure >= 10 else f"{figure:.1f}"
