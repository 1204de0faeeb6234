"""The report as one page: no script, no network, nothing but the report needed."""

from .saving import cell, page, save_page, write_page

__all__ = ["cell", "page", "save_page", "write_page"]
