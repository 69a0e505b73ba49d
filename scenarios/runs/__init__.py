"""Run folders: written whole or not at all, run again from themselves, compared, and asked."""
