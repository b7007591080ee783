"""Articles in and out as files: a folder, a ZIP, or what a company keeps as code.

An import is read and checked as a whole before anything is written; with one file in error nothing is. Importing what
was exported changes nothing.
"""

from __future__ import annotations

from plugins.faq.exchange.archive import pack, read_folder, read_zip, write_folder
from plugins.faq.exchange.documents import Complaint, Unreadable
from plugins.faq.exchange.exporting import export_files
from plugins.faq.exchange.importing import Report, import_files

__all__ = [
    "Complaint", "Report", "Unreadable", "export_files", "import_files", "pack", "read_folder", "read_zip",
    "write_folder",
]  # fmt: skip
