"""Strategies put into the analyst's nouns: why this village and not that one."""
