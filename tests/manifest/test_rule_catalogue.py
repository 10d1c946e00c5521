"""Every rule is in the table and in the docs, with the case that it prevents."""

import re
from pathlib import Path

from hubevents_sync.manifest.rules import catalogue, events, files
from hubevents_sync.manifest.rules.examples import EXAMPLES
from hubevents_sync.manifest.rules.rule import Rule
from hubevents_sync.model.finding import Severity

ROOT = Path(__file__).parents[2]
MANIFEST = Path(catalogue.__file__).parents[1]
PAGE = ROOT / "docs" / "rules.md"
# Modules that know no rule objects write a rule's id out: any text of words joined by hyphens is one.
WRITTEN_ID = re.compile(r'"([a-z]+(?:-[a-z]+)+)"')


def test_the_page_of_the_docs_is_made_from_the_table() -> None:
    """Where this fails after a change of rules: write ``render_rules_markdown()`` to docs/rules.md."""
    assert PAGE.read_text(encoding="utf-8") == catalogue.render_rules_markdown()


def test_every_rule_of_files_and_events_has_an_example() -> None:
    known = {rule.id for module in (files, events) for rule in vars(module).values() if isinstance(rule, Rule)}
    assert known <= set(EXAMPLES)
    assert set(EXAMPLES) <= set(catalogue.RULES)


def test_ids_are_words_joined_by_hyphens_and_titles_are_sentences() -> None:
    for rule in catalogue.RULES.values():
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*", rule.id)
        assert rule.title.endswith(".")
        assert rule.prevents.endswith(".")


def test_every_id_that_the_code_writes_out_is_in_the_table() -> None:
    sources = [path.read_text(encoding="utf-8") for path in MANIFEST.glob("*.py")]
    written = {rule_id for source in sources for rule_id in WRITTEN_ID.findall(source)}
    assert {"empty-file", "second-document", "unreadable-file", "unknown-field"} <= written
    assert written <= set(catalogue.RULES)


def test_a_warning_says_so_in_the_docs() -> None:
    page = catalogue.render_rules_markdown()
    assert "### literal-secret (warning)\n" in page
    assert "### event-times\n" in page
    assert catalogue.RULES["event-times"].severity is Severity.ERROR
