"""What the portal costs, measured. `make bench` runs it; no test asserts a time."""
