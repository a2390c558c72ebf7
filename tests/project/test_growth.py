"""The growth gate in short: ``make fuzz`` has the long form, see tests/helpers/growth."""

from __future__ import annotations

import pytest

from growth.__main__ import quiet
from growth.baits import BAITS, SHORT
from growth.doors import DOORS
from growth.measure import QUICK, find_growth


@pytest.mark.fault(121)
@pytest.mark.fault(122)
@pytest.mark.parametrize("name", DOORS)
def test_work_grows_as_its_input_does(name: str) -> None:
    door = DOORS[name]
    work = quiet(door.read)
    found = {bait: find_growth(work, BAITS[bait], QUICK.within(door.largest)) for bait in SHORT}
    assert not {bait: growth for bait, growth in found.items() if growth}


def test_the_gate_sees_work_that_grows_too_fast() -> None:
    def square(text: str) -> None:
        for place in range(0, len(text), 16):
            text[place:].count("\x00")

    grown = find_growth(square, BAITS["plain prose"], QUICK.within(1_000_000))
    assert "characters take" in grown
    assert not find_growth(lambda text: text.count("\x00"), BAITS["plain prose"], QUICK)
