"""Money (资金): what works cost, who may lawfully pay, and how a plan's money flows."""
