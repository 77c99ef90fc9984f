"""The written pages: indicators, data sources, rules, checks, and those of dbt."""
