"""The exports: files of each table, a workbook, EES files, a data package."""
