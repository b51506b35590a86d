#!/bin/sh
# What a merge does: numbers for new documents, all outputs, and a proved package of every project that has a bid.
# Usage: .ci/release.sh, from the workspace, on the main branch. Only one at a time may run.
set -eu
out=${BIDWRIGHT_OUT:-out}

bidwright check .
bidwright number .
if [ -n "$(git status --porcelain -- register)" ]; then
  git add -- register
  git commit --quiet --message "登记编号 / Numbers of documents"
  if [ -n "${BIDWRIGHT_PUSH:-}" ]; then git push origin "HEAD:$BIDWRIGHT_PUSH"; fi
fi
bidwright build . --out "$out"
for project in projects/*/; do
  name=$(basename "$project")
  # A project without a bid has nothing to hand in.
  if grep --recursive --quiet --include='*.yaml' '^kind: bid$' "$project"; then
    bidwright package "$project" --prove --out "$out/$name.zip"
    bidwright verify "$out/$name.zip"
  fi
done
