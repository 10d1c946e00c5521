"""Turn plans, findings and reports into what a person or a machine reads. Data in, text out."""
