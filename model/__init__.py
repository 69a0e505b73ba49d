"""What is decided and what then happens: the policy, the register, scoring, selection, simulation and outcomes."""

__project__ = "baicun"
