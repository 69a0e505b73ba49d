"""What is given: scenarios, the register they name and the analyst's own rules, read and checked against one another."""
