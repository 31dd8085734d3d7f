"""The pages of the reports in the admin: urls -> views -> forms, charts, links and downloads."""
