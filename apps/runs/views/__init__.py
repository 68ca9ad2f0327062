"""Pages of runs, what can be done to one, and the panels that other pages load."""
