#!/usr/bin/env bash
# Plan, and leave the plan as JSON, as a comment and as a page; say it in the job's summary and in outputs.
# A plan that goes over a limit is left too, and then the step ends with 6.
set -euo pipefail

folder=$(mktemp -d "$RUNNER_TEMP/hubevents-plan.XXXXXX")
read -ra args <<<"${ARGS:-}"
code=0
hubevents-sync plan --out "$folder/plan.json" --markdown "$folder/plan.md" --html "$folder/plan.html" \
  ${args[@]+"${args[@]}"} || code=$?
echo "exit-code=$code" >>"$GITHUB_OUTPUT"
[ -s "$folder/plan.json" ] || exit "$code"

hubevents-sync forge outputs "$folder/plan.json" >>"$GITHUB_OUTPUT"
{
  echo "plan-file=$folder/plan.json"
  echo "markdown-file=$folder/plan.md"
  echo "html-file=$folder/plan.html"
} >>"$GITHUB_OUTPUT"
cat "$folder/plan.md" >>"$GITHUB_STEP_SUMMARY"
exit "$code"
