"""Parts of Office files that several readers use: numbers, comments, charts, diagrams."""
