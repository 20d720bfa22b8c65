"""How dates and times may be typed, beside what Django takes (`FORMAT_MODULE_PATH`)."""
