"""Variables are put into texts, and what is wrong with them is said without their values."""

import pytest

from hubevents_sync.manifest.variables import BadVariable, expand, has_variable

ENVIRON = {"A": "1", "EMPTY": "", "NESTED": "${A} $$"}


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("plain", "plain"),
        ("${A}", "1"),
        ("x-${A}-${A}", "x-1-1"),
        ("$${A}", "${A}"),
        ("$$", "$"),
        ("$A $5 $", "$A $5 $"),
        ("${UNSET:-two}", "two"),
        ("${EMPTY:-two}", "two"),
        ("${EMPTY}", ""),
        ("${A:-two}", "1"),
        ("${UNSET:-}", ""),
        ("${NESTED}", "${A} $$"),
    ],
)
def test_variables_are_put_in(template: str, expected: str) -> None:
    assert expand(template, ENVIRON) == expected


@pytest.mark.parametrize(
    ("template", "rule", "message"),
    [
        ("${UNSET}", "unset-variable", "the environment variable UNSET is not set"),
        ("${B}${C}${B}", "unset-variable", "the environment variables B and C are not set"),
        ("${}", "bad-variable", "${ is not followed by the name of an environment variable and }"),
        ("${A", "bad-variable", "${ is not followed by the name of an environment variable and }"),
        ("${1A}", "bad-variable", "${ is not followed by the name of an environment variable and }"),
        ("${A:?no}", "bad-variable", "${ is not followed by the name of an environment variable and }"),
    ],
)
def test_what_names_no_variable_that_is_set_is_refused(template: str, rule: str, message: str) -> None:
    with pytest.raises(BadVariable) as caught:
        expand(template, ENVIRON)
    assert (caught.value.rule, caught.value.message) == (rule, message)


def test_a_text_has_a_variable_or_has_none() -> None:
    assert [has_variable(text) for text in ("${A}", "${", "$$ $A", "a", "$${A}")] == [True, True, False, False, False]
