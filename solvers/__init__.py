"""A program in, an answer out. Status, bound, gap and what stopped the search are our own."""
