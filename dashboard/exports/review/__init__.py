"""A review as files: slides, workbook, paper, tables. What is shown comes in (dashboard.review.table), bytes go out."""
