"""Reads pages and files at web addresses. The door is :func:`pages.fetch_pages`.

Only addresses that a person names are fetched, and the page that each leads to; no link, picture or
script of a page is followed. A robots.txt is for programs that follow links, so none is asked for.
"""
