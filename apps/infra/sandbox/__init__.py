"""The inside of the children: runs in processes of its own, imports nothing of Django, and is lost without harm."""
