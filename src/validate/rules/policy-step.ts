import { StepKind } from "../../../gen/bedplate/orchestrator/v1/plan_pb.js";
import { suggest } from "../../text/suggest.ts";
import { memberPath } from "../names.ts";
import type { Finding, ItemRule } from "../rule.ts";
import { shown } from "../shown.ts";
import { mapAt, membersAt, textAt } from "../tree-access.ts";

const words: readonly string[] = Object.values(StepKind)
  .filter((kind) => typeof kind === "string")
  .filter((kind) => kind !== "UNSPECIFIED")
  .map((kind) => kind.toLowerCase().replaceAll("_", "-"));

/** A step policy is of a step that there is. */
export const policyStep: ItemRule = {
  id: "policy-step",
  severity: "error",
  summary: "An entry of job_policy.steps names a kind of step that jobs have, or is `*`.",
  why: `A policy of a step that no job has changes nothing, and the step that was meant keeps the patience it had. Kinds of step are ${words.map((word) => `\`${word}\``).join(", ")}; \`*\` is for those that aren't named.`,
  kinds: ["Site"],
  looksAt: { Site: ["job_policy"] },
  check: (item) =>
    membersAt(mapAt(item.tree, "job_policy"), "steps").flatMap((policy): Finding[] => {
      const step = textAt(policy, "step");
      if (step === undefined || step === "*" || words.includes(step)) return [];
      const near = suggest(step, words);
      return [
        {
          field: memberPath("job_policy.steps", step),
          message: `no job has steps of kind ${shown(step)}`,
          hint: near === undefined ? `kinds are ${words.join(", ")}` : `did you mean ${near}?`,
        },
      ];
    }),
};
