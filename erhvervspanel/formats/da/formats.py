"""In Danish. The first of each is how a form shows a value; what is left out here is as Django has it."""

DATE_INPUT_FORMATS = ("%d.%m.%Y", "%d-%m-%Y", "%d/%m/%Y", "%d.%m.%y")
# »17.30« is how the portal itself writes it.
TIME_INPUT_FORMATS = ("%H:%M:%S", "%H:%M", "%H.%M", "%H")
# As the portal writes it elsewhere (`foundation/notation.py`).
TIME_FORMAT = "H.i"
DATETIME_FORMAT = r"j. F Y \k\l. H.i"
SHORT_DATETIME_FORMAT = "d.m.Y H.i"
