"""Compare what is recorded with what is desired and decide the steps. Pure: no clock, no files, no network."""
