"""The chapters of the policy as SimPy processes, one file each."""
