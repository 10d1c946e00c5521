"""How a plan is made: of which events, by how many hands, against what."""
