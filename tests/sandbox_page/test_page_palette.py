"""The page's colours, by figures: contrast by WCAG 2.2, and lines told apart with a colour deficiency too."""

import re
from importlib import resources
from itertools import combinations

import pytest

# What stands on what. Text needs 4.5 to 1, a shape or an edge that carries meaning 3 to 1: WCAG 2.2, 1.4.3 and 1.4.11.
TEXT = [
    (text, ground)
    for text, grounds in {
        "ink": ("paper", "panel", "sunk", "accent-sunk"),
        "soft": ("paper", "panel", "sunk"),
        "accent": ("paper", "panel", "sunk", "accent-sunk"),
        "bad": ("panel", "bad-sunk", "sunk"),
    }.items()
    for ground in grounds
]
SHAPES = [
    (shape, ground)
    for shape in ("edge", "accent", "registrations", "attendances", "cancellations")
    for ground in ("paper", "panel")
]
LINES = ("registrations", "attendances", "cancellations")

# Severity 1.0 of Machado, Oliveira and Fernandes, "A physiologically-based model for simulation of color vision
# deficiency" (2009), on linear RGB.
DEFICIENCIES = {
    "protanopia": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deuteranopia": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "tritanopia": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
}
Linear = tuple[float, float, float]


def read_palette(scheme: str) -> dict[str, Linear]:
    """The colours of the light or the dark scheme, as linear RGB."""
    sheet = resources.files("hubevents_sync.sandbox.page").joinpath("static", "page.css").read_text(encoding="utf-8")
    blocks = re.findall(r":root \{(.*?)\}", sheet, re.DOTALL)
    found = re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", blocks[0 if scheme == "light" else 1])
    return {name: as_linear(value) for name, value in found}


def as_linear(text: str) -> Linear:
    """``#rrggbb`` as linear RGB, by the definition of sRGB."""
    parts = [int(text[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return red, green, blue


def find_luminance(colour: Linear) -> float:
    """Relative luminance, as WCAG defines it."""
    red, green, blue = colour
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def find_contrast(first: Linear, second: Linear) -> float:
    """From 1 to 21."""
    darker, lighter = sorted((find_luminance(first), find_luminance(second)))
    return (lighter + 0.05) / (darker + 0.05)


def find_distance(first: Linear, second: Linear) -> float:
    """CIE 1976 colour difference; about 2 is just noticeable."""
    pairs = zip(as_lab(first), as_lab(second), strict=True)
    return float(sum((one - other) ** 2 for one, other in pairs) ** 0.5)


def as_lab(colour: Linear) -> Linear:
    """Linear RGB in CIELAB, under D65."""
    red, green, blue = (min(1.0, max(0.0, part)) for part in colour)
    x = (0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.9505
    y = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    z = (0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.089
    fx, fy, fz = (part ** (1 / 3) if part > 0.008856 else 7.787 * part + 16 / 116 for part in (x, y, z))
    return 116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)


def simulate(colour: Linear, deficiency: str) -> Linear:
    """*colour* as somebody with *deficiency* sees it."""
    red, green, blue = (
        sum(weight * part for weight, part in zip(row, colour, strict=True)) for row in DEFICIENCIES[deficiency]
    )
    return red, green, blue


def test_contrast_is_figured_as_wcag_figures_it() -> None:
    assert find_contrast(as_linear("#000000"), as_linear("#ffffff")) == pytest.approx(21)
    assert find_contrast(as_linear("#767676"), as_linear("#ffffff")) == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), TEXT)
def test_text_can_be_read(scheme: str, text: str, ground: str) -> None:
    palette = read_palette(scheme)
    assert find_contrast(palette[text], palette[ground]) >= 4.5


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("shape", "ground"), SHAPES)
def test_shapes_can_be_seen(scheme: str, shape: str, ground: str) -> None:
    palette = read_palette(scheme)
    assert find_contrast(palette[shape], palette[ground]) >= 3


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("deficiency", DEFICIENCIES)
@pytest.mark.parametrize(("first", "second"), list(combinations(LINES, 2)))
def test_lines_are_told_apart_without_full_colour_vision(scheme: str, deficiency: str, first: str, second: str) -> None:
    palette = read_palette(scheme)
    seen = [simulate(palette[name], deficiency) for name in (first, second)]
    assert find_distance(*seen) >= 15


def test_both_schemes_name_the_same_colours() -> None:
    assert set(read_palette("light")) == set(read_palette("dark"))
