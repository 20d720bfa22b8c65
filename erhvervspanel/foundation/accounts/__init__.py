"""Staff's log-in: who gets in, with what, for how long, and the log of it. The public needs no account."""
