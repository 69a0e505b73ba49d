"""The projection (推演): the programme played out on real dates, chapter by chapter, with luck keyed by name."""
