"""Turn a project's files into what is desired, with a position for every value and a finding for every fault."""
