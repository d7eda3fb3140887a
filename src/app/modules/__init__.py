"""The rooms. Each is entered by its front door (its package) and calls only rooms below it."""
