"""The parts that pages are made of, as template tags. ``{% load ui %}`` brings them all."""
