"""What the committee is given and what becomes of it: the table of answers, the memo, the preview, the journal package."""
