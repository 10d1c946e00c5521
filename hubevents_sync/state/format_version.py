"""The number of the format that this version of the program writes: a place of its own, for those who only compare."""

FORMAT_VERSION = 3
