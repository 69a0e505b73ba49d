"""Selection (遴选): the rules of the policy as one labelled sparse integer program, and the way back to a plan."""
