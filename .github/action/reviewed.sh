#!/usr/bin/env bash
# Find the digest that may be applied: the one that is expected, or that of the comment on the merged pull request.
# Completions are approved from a comment only: it must be there, whole, and have the digest that is expected.
set -euo pipefail

if [ -n "${EXPECT:-}" ] && [ "${APPROVE_REVIEWED:-false}" != true ]; then
  echo "digest=$EXPECT" >>"$GITHUB_OUTPUT"
  exit 0
fi
expect=()
[ -z "${EXPECT:-}" ] || expect=(--expect "$EXPECT")
found=$(hubevents-sync forge reviewed ${expect[@]+"${expect[@]}"})
echo "$found"
echo "$found" >>"$GITHUB_OUTPUT"
