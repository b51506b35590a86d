#!/bin/sh
# What a pull request is asked: is everything in order, and what has changed? It needs no secrets, and writes reports alone.
# Usage: .ci/review.sh BASE, from the workspace. BASE is the branch or commit that the request goes into.
set -eu
base=${1:?usage: .ci/review.sh BASE}
reports=${BIDWRIGHT_REPORTS:-out/reports}
mkdir -p "$reports"

code=0
bidwright check . --format "${BIDWRIGHT_FORMAT:-short}" \
  --report "sarif=$reports/check.sarif" --report "junit=$reports/junit.xml" \
  --report "gitlab=$reports/code-quality.json" --report "markdown=$reports/check.md" || code=$?

# For those outside as well, nothing internal or confidential may stand in what a forge keeps.
bidwright diff "$base" HEAD --audience customer --format markdown --out "$reports/diff.md"
bidwright diff "$base" HEAD --audience customer --format html --out "$reports/diff.html"
exit "$code"
