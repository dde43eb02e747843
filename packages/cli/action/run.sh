#!/usr/bin/env bash
# What the action and the template run: a plan for a pull or merge request, and `apply` on the branch that it was merged into.
set -euo pipefail

segmentry() { ${SEGMENTRY_COMMAND:-npx --no-install segmentry} "$@"; }

shared=()
if [ -n "${SEGMENTRY_CONFIG:-}" ]; then shared+=(--config "$SEGMENTRY_CONFIG"); fi

if [ -n "${SEGMENTRY_BASE:-}" ]; then
  planning=(plan --base "$SEGMENTRY_BASE" --format markdown)
  # Elsewhere the plan is printed.
  if [ -n "${GITHUB_ACTIONS:-}${GITLAB_CI:-}" ]; then planning+=(--comment); fi
  if [ -n "${SEGMENTRY_FAIL_IF:-}" ]; then planning+=(--fail-if "$SEGMENTRY_FAIL_IF"); fi
  if [ -n "${SEGMENTRY_BUDGET:-}" ]; then planning+=(--budget "$SEGMENTRY_BUDGET"); fi
  segmentry "${planning[@]}" ${shared[@]+"${shared[@]}"} | tee -a "${GITHUB_STEP_SUMMARY:-/dev/null}"
else
  applying=(apply --yes --commit "$(git rev-parse HEAD)" --reason "$(git log -1 --format=%s)")
  if [ -n "${SEGMENTRY_AUTHOR:-}" ]; then applying+=(--author "$SEGMENTRY_AUTHOR"); fi
  segmentry "${applying[@]}" ${shared[@]+"${shared[@]}"}
fi
