"""Makes the Xinzhou example: published figures on invented shapes. Entry point: ``generate.py`` one level up."""
