"""Where handlers run that may not run on the event loop: threads, and processes that a crash takes alone."""
