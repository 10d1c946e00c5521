"""Cutting a comment to size."""

from hubevents_sync.render.comment import Frame, Piece, Worth, fit_comment, fold


def finish(body: str, cut: str) -> str:
    return f"{body}|{cut}"


def build_parts() -> list[Piece | Frame]:
    return [
        Piece("kept ", Worth.KEPT),
        Piece("first ", Worth.ROWS, "row"),
        Piece("the second ", Worth.ROWS, "row"),
        fold("more", [Piece("sample ", Worth.SAMPLES, "sample")]),
    ]


def test_what_fits_is_whole_and_says_nothing_of_cuts() -> None:
    drawn = fit_comment(build_parts(), max_bytes=1_000, finish=finish)
    assert drawn == "kept first the second <details><summary>more</summary>\nsample </details>\n|"


def test_a_frame_goes_with_the_last_of_its_pieces() -> None:
    assert fit_comment(build_parts(), max_bytes=60, finish=finish) == "kept first the second |1 sample"


def test_of_equal_worth_the_last_goes_first_and_what_mattered_most_is_said_first() -> None:
    assert fit_comment(build_parts(), max_bytes=28, finish=finish) == "kept first |1 row, 1 sample"


def test_what_is_kept_stays_even_where_it_is_too_long() -> None:
    assert fit_comment(build_parts(), max_bytes=1, finish=finish) == "kept |2 rows, 1 sample"


def test_bytes_are_counted_not_characters() -> None:
    parts = [Piece("中" * 10, Worth.ROWS, "row")]
    assert fit_comment(parts, max_bytes=31, finish=finish) == "中" * 10 + "|"
    assert fit_comment(parts, max_bytes=30, finish=finish) == "|1 row"
