"""The documents as a site, built and searched without network: ``make site``."""

project = "百村 Baicun"
language = "zh_CN"
html_search_language = "zh"  # words are found by jieba: a search for 限额 finds 债券限额
extensions = ["myst_parser"]
exclude_patterns = ["README.md", "examples"]
myst_heading_anchors = 4
html_theme = "furo"
html_title = "百村 Baicun"
html_show_sphinx = False
html_copy_source = False
suppress_warnings = ["myst.xref_missing"]  # links to files beside the documents
html_show_copyright = False
