"""Where worlds are kept, run, compared and shown: the only room that reads and writes an analyst's files."""
