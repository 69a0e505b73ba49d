"""What people read: tables, the candidate workbook and the offline page, all made from a run folder's own files."""
