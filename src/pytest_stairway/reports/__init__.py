"""How findings are shown. Reports read findings and nothing else."""
