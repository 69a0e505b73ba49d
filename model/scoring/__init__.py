"""The comprehensive review (综合评审): indicators and review scores become one score and a readiness."""
