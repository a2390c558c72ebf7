"""Units of measure: which spellings are read, what they measure, and where they end."""

from __future__ import annotations

import pytest

from rag.english.units import find_unit

READ = [
    # written, name, dimension, factor
    (" kg", "kg", "g", 1e3),
    ("kg", "kg", "g", 1e3),
    ("-kg", "kg", "g", 1e3),
    (" kilograms", "kg", "g", 1e3),
    (" µg", "µg", "g", 1e-6),
    (" μg", "µg", "g", 1e-6),
    (" tons", "tons", "g", 907184.74),
    (" metric tons", "tonnes", "g", 1e6),
    (" lbs", "pounds", "g", 453.59237),
    (" inch", "inches", "m", 0.0254),
    (" m", "m", "m", 1),
    (" m2", "m²", "m2", 1),
    (" sq ft", "ft²", "m2", 0.09290304),
    (" sq. km", "km²", "m2", 1e6),
    (" square feet", "ft²", "m2", 0.09290304),
    (" cubic metres", "m³", "l", 1e3),
    (" mL", "ml", "l", 1e-3),
    (" ml", "ml", "l", 1e-3),
    (" d", "days", "s", 86400),
    (" yrs", "years", "month", 12),
    (" °C", "°C", "celsius", 1),
    (" ℃", "°C", "celsius", 1),
    (" degrees C", "°C", "celsius", 1),
    (" degree Celsius", "°C", "celsius", 1),
    (" degrees", "degrees", "degree", 1),
    (" kilowatt hours", "kWh", "j", 3.6e6),
    (" mmHg", "mmHg", "pa", 133.322387415),
    (" base pairs", "bp", "base", 1),
    (" IU", "IU", "unit", 1),
    (" USD", "$", "$", 1),
    (" cents", "cents", "$", 0.01),
    ("-fold", "times", "fold", 1),
    ("fold", "times", "fold", 1),
    (" ×", "times", "fold", 1),
    (" percent", "%", "%", 1),
    (" per cent", "%", "%", 1),
    (" percentage points", "pp", "pp", 1),
]


@pytest.mark.parametrize(("text", "name", "dimension", "factor"), READ)
def test_a_spelling_is_read_as_its_unit(
    text: str, name: str, dimension: str, factor: float
) -> None:
    found = find_unit(text, 0)
    assert found is not None
    unit, end = found
    assert (unit.name, unit.dimension, unit.factor, end) == (name, dimension, factor, len(text))


@pytest.mark.parametrize(
    ("text", "name", "dimension", "end"),
    [
        (" km/h", "km/hours", "m/s", 5),
        (" miles an hour", "miles/hours", "m/s", 14),
        (" mg per kg", "mg/kg", "g/g", 10),
        (" mg a day", "mg/days", "g/s", 9),
        (" kg/m²", "kg/m²", "g/m2", 6),
        (" % per year", "%", "%", 2),  # a rate of percent is a percentage
        (" mg/kg/day", "mg/kg", "g/g", 6),  # one level only
        (" mg an apple", "mg", "g", 3),
        (" kg.", "kg", "g", 3),
    ],
)
def test_a_unit_ends_behind_what_it_is_per(text: str, name: str, dimension: str, end: int) -> None:
    found = find_unit(text, 0)
    assert found is not None
    assert (found[0].name, found[0].dimension, found[1]) == (name, dimension, end)


@pytest.mark.parametrize(("first", "second"), [(" kph", " km/h"), (" °C", " ℃"), (" h", " hours")])
def test_two_spellings_of_one_unit_have_one_size(first: str, second: str) -> None:
    one, other = find_unit(first, 0), find_unit(second, 0)
    assert one
    assert other
    assert one[0].dimension == other[0].dimension
    assert one[0].factor == pytest.approx(other[0].factor)


@pytest.mark.parametrize(
    ("first", "second"), [(" mM", " mm"), (" M", " m"), (" Mb", " MB"), (" kb", " kB")]
)
def test_the_letters_of_a_unit_are_case_sensitive(first: str, second: str) -> None:
    one, other = find_unit(first, 0), find_unit(second, 0)
    assert one
    assert other
    assert one[0].dimension != other[0].dimension


@pytest.mark.parametrize(
    "text", [" apples", " kgx", " KG", " mb", " mg²", " in", " a day", " per year", "   kg", ""]
)
def test_other_words_are_no_unit(text: str) -> None:
    assert find_unit(text, 0) is None
