"""One module for each technique: its words, its parameters, and the function that runs it."""
