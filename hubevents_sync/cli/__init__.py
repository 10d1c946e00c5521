"""The command line: one file a command. Parse, call the engine once, render, exit."""
