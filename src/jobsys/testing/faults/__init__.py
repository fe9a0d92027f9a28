"""Faults to order: a network that fails, processes that die, calls that are lost."""
