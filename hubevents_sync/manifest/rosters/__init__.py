"""Rosters of every format as participations: streamed, positioned, and checked row by row."""
