"""Outcomes (成效): records become tables."""
