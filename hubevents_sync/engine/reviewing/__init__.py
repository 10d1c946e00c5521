"""Plans that somebody reviewed, and what stands for the state where it is out of reach."""
