import { expect, it } from "vitest";
import { createCollector } from "./collect-findings.ts";
import type { ItemRule } from "./rule.ts";

const rule = (id: string): ItemRule => ({
  id,
  severity: "error",
  summary: id,
  why: id,
  kinds: ["Node"],
  check: () => [],
});
const locate = (_: string, name: string) => ({ uri: "a.yaml", line: Number(name), column: 1 });

it("takes so many findings of a rule and says where it stopped, and all of the others", () => {
  const [busy, calm] = [rule("busy"), rule("calm")];
  const collector = createCollector({ locate }, 3);
  const full: boolean[] = [];
  for (let line = 1; line <= 4; line++) {
    const node = { kind: "Node", name: String(line) };
    const findings = ["a", "b"].map((message) => ({ message, hint: "mend it" }));
    collector.keep(busy, node, findings);
    if (line < 4) collector.keep(calm, node, findings.slice(1));
    full.push(collector.isFull(busy), collector.isFull(calm));
  }
  expect(collector.diagnostics().map((each) => `${each.location?.line} ${each.rule}: ${each.message}`)).toEqual([
    ...["1 busy: a", "1 busy: b", "1 calm: b", "2 busy: a"],
    "2 busy: this rule has found more than 3 things; from here on they are not listed",
    ...["2 calm: b", "3 calm: b"],
  ]);
  expect(full).toEqual([false, false, true, false, true, false, true, false]);
});
