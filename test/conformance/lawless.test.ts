import { expect, test } from "vitest";
import type { ConformanceKind } from "../../src/plugins/conformance/conformance-case.ts";
import { runConformance } from "../../src/plugins/conformance/run-conformance.ts";
import type { Verdict } from "../../src/plugins/conformance/verdict.ts";
import { fixture } from "./fixtures/start-host.ts";

function judge(rule: string, kind: ConformanceKind, only?: readonly string[]): Promise<Verdict[]> {
  const { command, args } = fixture("lawless-plugin.ts", rule, kind);
  const spec = { site: { name: "site" } };
  return runConformance({ command: [command, ...args], kind, spec, ...(only && { only, graceMs: 500 }) });
}

function failed(verdicts: readonly Verdict[]): string[] {
  return verdicts.filter(({ outcome }) => outcome === "fail").map(({ id, reason }) => `${id} ${reason}`);
}

test.each(["network", "server"] as const)("a %s driver that keeps all rules passes them all", async (kind) => {
  const verdicts = await judge("none", kind);
  expect(failed(verdicts)).toEqual([]);
  expect(verdicts.filter(({ outcome }) => outcome === "skip")).toEqual([]);
});

test.each([
  ["C01", "network", "the plugin did not end after SIGTERM"],
  ["C02", "network", "GetDriverInfo answered differently when asked again"],
  ["C03", "network", "a core that speaks only bedplate.driver.v999 succeeded"],
  ["C04", "network", "a target with an unknown option succeeded"],
  ["C05", "network", "two processes answered GetDriverInfo differently"],
  ["C08", "network", "Ensure says that it changed something although everything was there"],
  ["C08", "server", "Ensure says that it changed something although everything was there"],
  ["C09", "server", "releasing an unknown server says that it changed something"],
  ["C12", "network", "Ensure with not_after in the past went to work"],
  ["C13", "network", "PlanNetwork answered differently the second time"],
  ["C13", "server", "PlanSite answered differently the second time"],
  ["C15", "network", "for a server nobody knows"],
  ["C15", "server", "a server nobody knows is in state READY, not ABSENT"],
  ["C19", "network", "NetworkDriverService.EnsureNetwork answered neither done nor in_progress"],
  ["C20", "network", "DriverService.Probe gave a secret back"],
  ["C23", "network", "a server name of 254 characters succeeded"],
  ["C24", "network", "OobDriverService.GetPower was answered INVALID_ARGUMENT"],
  ["C25", "network", "bedplate.driver.v1.GetDriverInfoRequest.core_version isn't as published"],
] as const)("breaking %s is noticed in a %s driver", async (rule, kind, reason) => {
  const only = rule === "C19" ? ["C12", "C19"] : [rule];
  const found = failed(await judge(rule, kind, only));
  expect(found.find((each) => each.startsWith(rule))).toContain(reason);
});

test("a plugin that can't be reached fails the first rule and skips the rest", async () => {
  const verdicts = await runConformance({ only: ["C01", "C02"], command: ["/nonexistent/driver"], kind: "server" });
  expect(failed(verdicts)).toEqual([
    'C01 plugin "under-test" can\'t be started: /nonexistent/driver: there is no such program',
  ]);
  expect(verdicts.map(({ id, outcome }) => `${id} ${outcome}`)).toEqual(["C01 fail", "C02 skip"]);
});

test("without a target, rules that need one are skipped", async () => {
  const { command, args } = fixture("lawless-plugin.ts", "secretive", "server");
  const verdicts = await runConformance({ command: [command, ...args], kind: "server" });
  expect(failed(verdicts)).toEqual([]);
  const skipped = verdicts.filter(({ reason }) => reason === "needs a target with the secrets key");
  expect(skipped.map(({ id }) => id)).toEqual(["C04", "C09", "C12", "C13", "C15", "C20", "C23"]);
});
