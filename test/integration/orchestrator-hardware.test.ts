import type { JsonObject } from "@bufbuild/protobuf";
import { expect, test } from "vitest";
import { DifferenceSeverity, HardwareVerdict } from "../../gen/bedplate/design/v1/node_status_pb.js";
import { JobState } from "../../gen/bedplate/orchestrator/v1/job_pb.js";
import { type Site, withSite } from "../support/orchestrator.ts";
import { commitTo, documentOf, smallSite } from "../support/state-service.ts";

/** The small site whose machines, of maker Acme with two ports, have a profile that says something else of them. */
async function profile(site: Site, nodes: number, spec: JsonObject): Promise<void> {
  const alias = { alias: "nic1", bus_type: "pci", address: "0000:00:03.0" };
  const box = documentOf("HardwareProfile", "box", { device_aliases: [alias], ...spec }, 30);
  await commitTo(site.state, "main", [...smallSite(nodes).filter(({ name }) => name !== "box"), box]);
}

async function verified(site: Site, node = "n000") {
  const job = await site.run(await site.plan());
  const { tasks } = await site.client.listTasks({ jobId: job.id, pageSize: 1000 });
  const message = tasks.find(({ stepId }) => stepId === `verify-hardware/${node}`)?.message ?? "";
  const { status } = await site.state.getNodeStatus({ design: "lab", node });
  return { job, message, status, differences: status?.hardwareDifferences ?? [] };
}

test("without a policy a machine of another maker is installed, and the difference is kept with where the design says it", () =>
  withSite(1, async (site) => {
    await profile(site, 1, { vendor: "Umbra", nic_count: 4, bios_version: "2.1" });
    const { job, message, status, differences } = await verified(site);
    expect(job.state).toBe(JobState.SUCCEEDED);
    expect(message).toBe("as box says, with 2 lesser differences");
    expect(status?.hardwareVerdict).toBe(HardwareVerdict.MATCH);
    expect(differences.map(({ field, designed, built, severity }) => [field, designed, built, severity])).toEqual([
      ["vendor", "Umbra", "Acme", DifferenceSeverity.WARNING],
      ["nic_count", "4", "2", DifferenceSeverity.WARNING],
    ]);
    expect(differences[0]?.origin).toMatchObject({
      ...{ item: "HardwareProfile/box", layer: "main", rule: "" },
      location: { line: expect.any(Number), uri: expect.stringMatching(/./) },
    });
  }));

test('"stop" keeps a machine that differs from being installed, before anything is written', () =>
  withSite(1, async (site) => {
    await profile(site, 1, { vendor: "Umbra", as_built: { mismatch: "stop" } });
    const { job, message, status } = await verified(site);
    expect(job.state).toBe(JobState.FAILED);
    expect(message).toBe("hardware is not as designed: the maker of the machine is Acme, not Umbra");
    expect(status?.hardwareVerdict).toBe(HardwareVerdict.MISMATCH);
    expect(site.world.ledger.filter((write) => /^(network|storage|deploy)/.test(write))).toEqual([]);
  }));

test("a waiver lets it be installed, shown with its reason; one that nothing needs is told", () =>
  withSite(1, async (site) => {
    const waivers = [
      { field: "vendor", reason: "rebranded" },
      { field: "nic_count", reason: "two more are on their way" },
    ];
    await profile(site, 1, { vendor: "Umbra", nic_count: 2, as_built: { mismatch: "stop", waivers } });
    const { job, message, status, differences } = await verified(site);
    expect(job.state).toBe(JobState.SUCCEEDED);
    expect(message).toBe(
      "as box says, 1 waived, not told by the machine: architecture, waivers without a difference: nic_count",
    );
    expect(status?.hardwareVerdict).toBe(HardwareVerdict.MATCH);
    expect(differences).toMatchObject([
      { field: "vendor", severity: DifferenceSeverity.WAIVED, waiverReason: "rebranded" },
    ]);
    // Filters of nodes see it, too.
    const filter = 'status.hardware_differences.exists(d, d.severity == "WAIVED" && d.field == "vendor")';
    const { statuses } = await site.state.listNodeStatus({ design: "lab", filter });
    expect(statuses.map(({ node }) => node)).toEqual(["n000"]);
  }));

test("a needed device that isn't there stops, waived or not", () =>
  withSite(1, async (site) => {
    site.world.machines.get("n000")?.nics.shift();
    const waivers = [{ field: 'device_aliases["nic1"].address', reason: "it is on its way" }];
    await profile(site, 1, { as_built: { mismatch: "warn", waivers } });
    const { job, differences } = await verified(site);
    expect(job.state).toBe(JobState.FAILED);
    expect(differences).toMatchObject([{ severity: DifferenceSeverity.ERROR, waiverReason: "" }]);
  }));
