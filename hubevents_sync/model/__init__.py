"""The words that all other packages share: plain frozen values, no input and no output."""
