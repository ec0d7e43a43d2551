"""How each extract lies in a file by default; an office may override it."""
