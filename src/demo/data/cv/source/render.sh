#!/usr/bin/env bash
# Makes the PDF and DOCX CVs of the parent folder from the sources here (the text CV is its own source).
# Needs chromium, the DejaVu and Liberation fonts, and Python with python-docx.
set -euo pipefail
cd "$(dirname "$0")"
for page in *.html; do
  chromium --headless --no-sandbox --disable-gpu --no-pdf-header-footer \
    --print-to-pdf="../${page%.html}.pdf" "file://$PWD/$page" 2>/dev/null
done
python3 make_docx.py
