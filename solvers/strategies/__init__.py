"""What is asked of a program by solving it again. Strategies see labelled rows and columns, never villages."""
