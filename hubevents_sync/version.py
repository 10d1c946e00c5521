"""The version of this program; the package takes it from here, for asking the package takes 10 ms."""

__version__ = "0.1.0"
