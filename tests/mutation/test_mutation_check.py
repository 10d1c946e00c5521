"""How the check of ``make mutation`` reads what mutmut says, and that its reasons name what is there."""

import importlib
from functools import reduce

import pytest

from tests.mutation.check import REASONS, describe, read_reasons, read_statuses

SHOWN = """# hubevents_sync.apply.rows.xǁRowSenderǁsend__mutmut_2: survived
--- hubevents_sync/apply/rows.py
+++ hubevents_sync/apply/rows.py
@@ -1,5 +1,5 @@
 def send(self):
-    return True
+    return False
"""


def test_results_are_read_by_name() -> None:
    assert read_statuses("    a.b.x_f__mutmut_1: killed\n    a.b.x_f__mutmut_2: no tests\n") == {
        "a.b.x_f__mutmut_1": "killed",
        "a.b.x_f__mutmut_2": "no tests",
    }


@pytest.mark.parametrize(
    ("name", "function"),
    [
        ("hubevents_sync.apply.rows.xǁRowSenderǁsend__mutmut_2", "apply.rows.RowSender.send"),
        ("hubevents_sync.apply.rows.xǁRowSenderǁ_record__mutmut_12", "apply.rows.RowSender._record"),
        ("hubevents_sync.plan.rows.x_count_rows__mutmut_1", "plan.rows.count_rows"),
        ("hubevents_sync.apply.rows.x__was_lost__mutmut_1", "apply.rows._was_lost"),
    ],
)
def test_a_change_is_named_by_its_function_and_what_the_line_becomes(name: str, function: str) -> None:
    assert describe(name, SHOWN) == f"{function}: return False"


def test_a_line_that_is_only_taken_away_is_named_too() -> None:
    shown = SHOWN.replace("+    return False\n", "")
    assert (
        describe("hubevents_sync.plan.rows.x_count_rows__mutmut_1", shown)
        == "plan.rows.count_rows: without return True"
    )


@pytest.mark.parametrize("change", read_reasons(REASONS.read_text(encoding="utf-8")))
def test_each_reason_is_for_a_function_that_there_is(change: str) -> None:
    package, module, *path = change.split(": ", maxsplit=1)[0].split(".")
    found = reduce(getattr, path, importlib.import_module(f"hubevents_sync.{package}.{module}"))
    assert callable(found)
