"""The pages of a PDF as running text: lines, tables, regions, places."""
