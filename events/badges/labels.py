"""The labels that badges are printed on: Avery L4785 (»Navneskilte, 80 × 50 mm, 10 pr. ark«), as Avery's template lays them out.

Two across and five down, in the middle of an A4 page. Another sheet needs other numbers here and nothing else.
"""

# In millimetres.
WIDTH, HEIGHT = 80, 50
LEFT, TOP = 17.5, 13.5
STEP_RIGHT, STEP_DOWN = 95, 55
COLUMNS, ROWS = 2, 5
PER_SHEET = COLUMNS * ROWS
