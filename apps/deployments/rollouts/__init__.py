"""Rollouts, "update all instances": what would happen to each, the states, and what workers do for them."""
