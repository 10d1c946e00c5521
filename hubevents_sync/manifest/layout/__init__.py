"""How the files look when they are written in the one form that fmt gives them."""
