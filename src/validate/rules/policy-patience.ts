import { memberPath } from "../names.ts";
import type { Finding, ItemRule } from "../rule.ts";
import { mapAt, membersAt, numberAt, textAt } from "../tree-access.ts";

/** A step is told as stuck before it is given up, and waits between the shortest and the longest wait. */
export const policyPatience: ItemRule = {
  id: "policy-patience",
  severity: "warning",
  summary: "A step policy gives up after its deadline, and its longest wait is no shorter than its first.",
  why: `A step that is past \`deadline_seconds\` is stuck: people are told, and it is waited for until \`give_up_seconds\`. Where that comes first, the step fails before anybody could look at it. \`backoff_max_ms\` bounds the waits that begin with \`backoff_ms\`.`,
  kinds: ["Site"],
  looksAt: { Site: ["job_policy"] },
  check: (item) =>
    membersAt(mapAt(item.tree, "job_policy"), "steps").flatMap((policy): Finding[] => {
      const path = memberPath("job_policy.steps", textAt(policy, "step") ?? "");
      return orders.flatMap(([small, large, what]): Finding[] => {
        const [less, more] = [numberAt(policy, small), numberAt(policy, large)];
        if (less === undefined || more === undefined || less <= more) return [];
        const message = `${what}: ${large} is ${more}, ${small} is ${less}`;
        return [{ field: `${path}.${large}`, message, hint: `make ${large} at least ${less}` }];
      });
    }),
};

const orders = [
  ["deadline_seconds", "give_up_seconds", "the step is given up before its deadline"],
  ["backoff_ms", "backoff_max_ms", "the longest wait is shorter than the first"],
] as const;
