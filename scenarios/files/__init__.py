"""Analysts' tables: what is read from spreadsheets, and what is handed back to be opened in one."""
