"""A number format and a number → what a spreadsheet shows."""

import pytest

from ingest.readers.tabular.number_formats import read_number_format, show_number


@pytest.mark.parametrize(
    ("code", "number", "shown"),
    [
        ("0%", 0.15, "15%"),
        ("0%", 0.285, "29%"),
        ("0.0%", 0.1534, "15.3%"),
        (r"0\ %", 0.5, "50 %"),
        ("#,##0.00 [$€-407]", 1234.5, "1,234.50 €"),
        ('"$"#,##0.00', -3.5, "-$3.50"),
        (r'_("$"* #,##0.00_);_("$"* \(#,##0.00\)', 5, "$5.00"),
        ("[$CHF] #,##0", 3, "CHF 3"),
        ("00000", 1234, "01234"),
        ("0.00E+00", 12345, "1.23E+4"),
        ('#,##0,,"M"', 12_300_000, "12M"),
        ('General" kg"', 5.5, "5.5 kg"),
        ("0.0##", 2.5, "2.5"),
        ("[Red]0.0", 1.25, "1.3"),
        ("0.00", -0.001, "0.00"),
        ("0", 1e300, "1" + "0" * 300),
    ],
)
def test_a_number_is_shown_as_its_format_says(code: str, number: float, shown: str) -> None:
    found = read_number_format(code)
    assert found is not None
    assert found.show(number) == shown


@pytest.mark.parametrize(
    "code", ["General", "", "@", "# ?/?", "dd.mm.yyyy", '[>=1000]0," k";0', "# ##0", '"only words"']
)
def test_a_format_of_another_kind_shows_the_plain_number(code: str) -> None:
    assert read_number_format(code) is None


def test_a_plain_number_has_the_digits_that_were_entered() -> None:
    assert [show_number(n) for n in (0.1 + 0.2, 5.0, 1e21)] == ["0.3", "5", "1e+21"]
