"""The curve over noise as a small picture of its own, readable on light and on dark."""

from collections.abc import Mapping, Sequence

from bench.evaluation.intervals import Interval

WIDTH, HEIGHT = 640, 340
LEFT, RIGHT, TOP, BOTTOM = 52, 150, 30, 52
STYLES = ("", "7 4", "2 4")
COLOURS = (("#0b62a4", "#6cb8ff"), ("#a4570b", "#f0a860"), ("#666666", "#a8a8a8"))


def curve(
    title: str, dial: Sequence[float], lines: Mapping[str, Sequence[Interval]], y_name: str
) -> str:
    """An SVG: a line and its 95 % band for each name; the dial's steps evenly apart."""
    across = [LEFT + i * (WIDTH - LEFT - RIGHT) / (len(dial) - 1) for i in range(len(dial))]
    parts = [_head(title, y_name), _grid(dial, across)]
    for number, (name, values) in enumerate(lines.items()):
        parts.append(_line(number, name, across, values))
    parts += [
        f'<text x="{(LEFT + WIDTH - RIGHT) / 2:.0f}" y="{HEIGHT - 12}" text-anchor="middle">'
        "noise (1 = an ordinary day)</text>",
        f'<text x="{LEFT}" y="18">{title}</text>',
        "</svg>\n",
    ]
    return "\n".join(parts)


def _head(title: str, y_name: str) -> str:
    light = "".join(f".c{i}{{--c:{a}}}" for i, (a, _) in enumerate(COLOURS))
    dark = "".join(f".c{i}{{--c:{b}}}" for i, (_, b) in enumerate(COLOURS))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        f'aria-label="{title}: {y_name}">\n'
        "<style>svg{background:#fff}text{font:12px sans-serif;fill:#222}"
        ".grid{stroke:#ccc;stroke-width:1}"
        ".line{fill:none;stroke:var(--c);stroke-width:2.5}.band{fill:var(--c);opacity:.18}"
        f".name{{fill:var(--c);font-weight:600}}{light}"
        "@media(prefers-color-scheme:dark){svg{background:#14181d}text{fill:#e6e6e6}"
        f".grid{{stroke:#3a4149}}.name{{fill:var(--c)}}{dark}}}</style>"
    )


def _grid(dial: Sequence[float], across: Sequence[float]) -> str:
    parts = []
    for tenths in range(0, 11, 2):
        y = _down(tenths / 10)
        parts.append(f'<path class="grid" d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}"/>')
        parts.append(f'<text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{tenths / 10}</text>')
    for x, level in zip(across, dial, strict=True):
        y = HEIGHT - BOTTOM + 18
        parts.append(f'<text x="{x:.1f}" y="{y}" text-anchor="middle">{level:g}</text>')
    return "\n".join(parts)


def _line(number: int, name: str, across: Sequence[float], values: Sequence[Interval]) -> str:
    low = [f"{x:.1f} {_down(v.low):.1f}" for x, v in zip(across, values, strict=True)]
    high = [f"{x:.1f} {_down(v.high):.1f}" for x, v in zip(across, values, strict=True)]
    mean = [f"{x:.1f} {_down(v.mean):.1f}" for x, v in zip(across, values, strict=True)]
    band = "M" + "L".join([*low, *reversed(high)]) + "Z"
    end = _down(values[-1].mean) + 4
    return (
        f'<g class="c{number}"><path class="band" d="{band}"/>'
        f'<path class="line" stroke-dasharray="{STYLES[number]}" d="M{"L".join(mean)}"/>'
        f'<text class="name" x="{across[-1] + 8:.1f}" y="{end:.1f}">{name}</text></g>'
    )


def _down(value: float) -> float:
    return TOP + (1 - value) * (HEIGHT - TOP - BOTTOM)
