"""What the portal tells those who run it: logs, figures, whether it is well, and errors; none of it about persons."""
