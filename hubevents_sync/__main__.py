"""Run the command line with ``python -m hubevents_sync``."""

from hubevents_sync.cli.main import run

if __name__ == "__main__":
    run()
