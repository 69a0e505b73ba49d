"""Kinds of workbook: for each, what a value alone does not say (formats, errors, formulas, merges), and how far cells reach."""
