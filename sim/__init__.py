"""A contact center and its workforce, simulated contact by contact."""

__version__ = "0.5.0"
