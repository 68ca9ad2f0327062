"""Pages of instances, the wizard, and the panels that other pages load."""
