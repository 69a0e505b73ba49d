"""Solving a program block by block: prices on the rows that join blocks, searches of each, a small master over their plans."""
