"""Solving a program group by group: prices on the few rows that join the groups give a bound, small searches give a choice."""
