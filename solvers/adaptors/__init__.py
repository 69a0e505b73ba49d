"""One file per solver: the program translated to its tongue, the answer translated back."""
