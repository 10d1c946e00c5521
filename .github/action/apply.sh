#!/usr/bin/env bash
# Apply the plan with the digest that was reviewed, or the rest of it, and nothing else; say it in the job's summary.
set -euo pipefail

folder=$(mktemp -d "$RUNNER_TEMP/hubevents-apply.XXXXXX")
read -ra args <<<"${ARGS:-} ${APPLY_ARGS:-}"
[ "${APPROVE_REVIEWED:-false}" != true ] || args+=(--approve-reviewed)
code=0
hubevents-sync apply --expect "$DIGEST" --auto-approve --format markdown \
  --report "$folder/report.json" --rejects "$folder/rejects.csv" \
  ${args[@]+"${args[@]}"} >"$folder/report.md" || code=$?
cat "$folder/report.md" >>"$GITHUB_STEP_SUMMARY"
echo "exit-code=$code" >>"$GITHUB_OUTPUT"
[ -s "$folder/report.json" ] || exit "$code"

outputs=$(hubevents-sync forge outputs "$folder/report.json")
{
  echo "$outputs"
  echo "report-file=$folder/report.json"
  echo "rejects-file=$folder/rejects.csv"
} >>"$GITHUB_OUTPUT"
waiting=$(sed -n 's/^waiting=//p' <<<"$outputs")
if [ "$code" = 6 ] && [ "${LEAVE_COMPLETIONS:-false}" = true ] && [ "$waiting" -gt 0 ]; then
  echo "all is applied but $waiting completions, which wait for an approval"
  exit 0
fi
exit "$code"
