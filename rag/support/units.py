"""Units of measure as they are written, with what they measure and how much of it.

Factors are those of the International System of Units (BIPM, 9th edition) and of the 1959 yard and
pound agreement; US gallons, barrels and pints. Money is not converted.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

_GAP = r"[\s\u00a0-]"
_PER = re.compile(r"\s?(?:/|per\s|an?\s(?=day|week|month|year|hour|minute|second))\s?")
_TABLE = r"""
% 1 % = % ％ percent per\ cent pct percentage
pp 1 pp = percentage\ points? pp
g 1 g = g grams? grammes? gm
g 1e3 kg = kg kgs kilos? kilograms? kilogrammes?
g 1e-3 mg = mg milligrams? milligrammes?
g 1e-6 µg = µg μg ug mcg micrograms?
g 1e-9 ng = ng nanograms?
g 1e-12 pg = pg picograms?
g 1e6 tonnes = tonnes? metric\ tons? t
g 907184.74 tons = tons?
g 453.59237 pounds = lbs? pounds?
g 28.349523125 ounces = oz ounces?
m 1 m = m metres? meters?
m 1e3 km = km kms kilometres? kilometers?
m 1e-2 cm = cm centimetres? centimeters?
m 1e-3 mm = mm millimetres? millimeters?
m 1e-6 µm = µm μm um micrometres? micrometers? microns?
m 1e-9 nm = nm nanometres? nanometers?
m 1609.344 miles = mi miles?
m 0.9144 yards = yd yds yards?
m 0.3048 feet = ft feet foot
m 0.0254 inches = inch inches
m2 1 m² = m² m2 sq\.?\ m square\ (?:metres?|meters?)
m2 1e6 km² = km² km2 sq\.?\ km square\ (?:kilometres?|kilometers?)
m2 1e-4 cm² = cm² cm2 square\ (?:centimetres?|centimeters?)
m2 2589988.110336 mi² = mi² sq\.?\ mi square\ miles?
m2 0.09290304 ft² = ft² sq\.?\ ft square\ (?:feet|foot)
m2 1e4 hectares = ha hectares?
m2 4046.8564224 acres = acres?
l 1 l = l L litres? liters?
l 1e-3 ml = ml mL millilitres? milliliters? cc cm³ cm3
l 1e-6 µl = µl µL μl μL ul uL microlitres? microliters?
l 0.1 dl = dl dL decilitres? deciliters?
l 1e3 m³ = m³ m3 cubic\ (?:metres?|meters?)
l 3.785411784 gallons = gal gallons?
l 158.987294928 barrels = bbl barrels?
l 0.473176473 pints = pints?
s 1 seconds = s secs? seconds?
s 1e-3 ms = ms msecs? milliseconds?
s 1e-6 µs = µs μs microseconds?
s 60 minutes = min mins minutes?
s 3600 hours = h hrs? hours?
s 86400 days = d days?
s 604800 weeks = wk wks weeks?
month 1 months = mo mos months?
month 12 years = y yrs? years?
month 120 decades = decades?
month 1200 centuries = century centuries
celsius 1 °C = °\ ?C ℃ (?:degrees?\ )?(?:celsius|Celsius|centigrade) degrees?\ C
fahrenheit 1 °F = °\ ?F ℉ (?:degrees?\ )?(?:fahrenheit|Fahrenheit) degrees?\ F
kelvin 1 K = kelvins? Kelvins?
degree 1 degrees = ° degrees?
j 1 J = J joules?
j 1e3 kJ = kJ kilojoules?
j 1e6 MJ = MJ megajoules?
j 4184 kcal = kcal kilocalories?
j 4.184 calories = cal calories?
j 3.6e6 kWh = kWh kilowatt\ hours?
j 3.6e9 MWh = MWh megawatt\ hours?
w 1 W = W watts?
w 1e3 kW = kW kilowatts?
w 1e6 MW = MW megawatts?
w 1e9 GW = GW gigawatts?
w 745.69987 hp = hp horsepower
hz 1 Hz = Hz hertz
hz 1e3 kHz = kHz kilohertz
hz 1e6 MHz = MHz megahertz
hz 1e9 GHz = GHz gigahertz
byte 1e3 kB = kB KB kilobytes?
byte 1e6 MB = MB megabytes?
byte 1e9 GB = GB gigabytes?
byte 1e12 TB = TB terabytes?
byte 1 bytes = bytes?
bit 1 bits = bits?
pa 1 Pa = Pa pascals?
pa 1e3 kPa = kPa kilopascals?
pa 1e6 MPa = MPa megapascals?
pa 133.322387415 mmHg = mmHg mm\ Hg
pa 1e5 bar = bars?
pa 101325 atm = atm atmospheres?
pa 6894.757293 psi = psi
v 1 V = V volts?
v 1e-3 mV = mV millivolts?
v 1e3 kV = kV kilovolts?
a 1 A = amperes? amps?
a 1e-3 mA = mA milliamps?
mol 1 mol = mol moles?
mol 1e-3 mmol = mmol millimoles?
mol 1e-6 µmol = µmol μmol umol micromoles?
mol/l 1 M = M molar
mol/l 1e-3 mM = mM millimolar
mol/l 1e-6 µM = µM μM uM micromolar
mol/l 1e-9 nM = nM nanomolar
base 1 bp = bp base\ pairs?
base 1e3 kb = kb kbp kilobases?
base 1e6 Mb = Mb Mbp megabases?
dalton 1 Da = Da daltons?
dalton 1e3 kDa = kDa kilodaltons?
gray 1 Gy = Gy grays?
unit 1 IU = IU international\ units?
m/s 0.44704 mph = mph
m/s 0.2777777777778 km/h = kph kmh
m/s 0.5144444 knots = knots?
$ 1 $ = dollars? USD bucks
$ 0.01 cents = cents?
€ 1 € = euros? EUR
£ 1 £ = GBP pounds\ sterling
¥ 1 ¥ = yen JPY
₹ 1 ₹ = rupees? INR
CHF 1 CHF = CHF francs?
fold 1 times = \ ?fold times ×
"""
"""Dimension, factor, name, and the spellings as patterns; metric prefixes are case-sensitive."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of measure.

    :param dimension: what it measures; two units of one dimension can be converted.
    :param factor: how many of the dimension's base unit it is.
    """

    name: str
    dimension: str
    factor: float


def unit_at(text: str, start: int) -> tuple[Unit, int] | None:
    """The unit written at ``start``, after a space or a hyphen, with what it is per.

    :return: with where it ends.
    """
    pattern, table = _units()
    match = pattern.match(text, start)
    if not match:
        return None
    unit, end = table[str(match.lastgroup)], match.end()
    per = _PER.match(text, end)
    below = pattern.match(text, per.end()) if per and unit.dimension != "%" else None
    if not below:
        return unit, end
    other = table[str(below.lastgroup)]
    compound = Unit(
        f"{unit.name}/{other.name}",
        f"{unit.dimension}/{other.dimension}",
        unit.factor / other.factor,
    )
    return compound, below.end()


@lru_cache(maxsize=1)
def _units() -> tuple[re.Pattern[str], dict[str, Unit]]:
    """One pattern with a group for each row of the table, and what each group means."""
    table: dict[str, Unit] = {}
    groups: list[tuple[int, str]] = []
    for row, line in enumerate(_TABLE.strip().splitlines()):
        what, _, written = line.partition(" = ")
        dimension, factor, name = what.split(" ")
        table[f"u{row}"] = Unit(name, dimension, float(factor))
        spellings = sorted(re.split(r"(?<!\\) ", written), key=len, reverse=True)
        pattern = "|".join(spelling.replace("\\ ", _GAP) for spelling in spellings)
        groups.append((len(spellings[0]), f"(?P<u{row}>{pattern})"))
    longest_first = "|".join(group for _, group in sorted(groups, key=lambda g: -g[0]))
    return re.compile(rf"{_GAP}{{0,2}}(?:{longest_first})(?![\w²³])"), table
