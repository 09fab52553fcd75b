import { Code } from "@connectrpc/connect";
import { expect, test } from "vitest";
import { PowerState, ServerState } from "../../gen/bedplate/driver/v1/server_driver_service_pb.js";
import { Action } from "../../gen/bedplate/orchestrator/v1/plan_pb.js";
import { ErrorReason } from "../../gen/bedplate/type/v1/error_pb.js";
import { driverFailure } from "../support/driver-world.ts";
import { type Site, stateOf, withSite } from "../support/orchestrator.ts";
import { commitTo, documentOf, nodeDocument } from "../support/state-service.ts";

/** A site of one node whose power is the OOB driver's; its provisioner switches none. */
async function outOfBand(work: (site: Site) => Promise<void>): Promise<void> {
  await withSite(
    1,
    async (site) => {
      site.world.leavesPower = true;
      const owner = { domain: "lab.example", power_owner: "oob_driver", oob_driver: "bmc" };
      await commitTo(site.state, "main", [
        documentOf("Site", "lab", owner, 1),
        documentOf("Network", "oob", { cidr: "10.9.0.0/16" }, 25),
        node("50g"),
      ]);
      const secrets = { api_key: { source: { case: "literal" as const, value: "hunter2" } } };
      await site.client.putDriverInstance({
        instance: { name: "bmc", plugin: "fake", endpoint: "http://fake", secrets },
      });
      await work(site);
    },
    { env: { BEDPLATE_SECRET_BMC: "calvin" } },
  );
}

function node(rootSize: string) {
  return nodeDocument(0, {
    oob: { type: "ipmi", network: "oob", account: "root", credential: { ref: "env:BEDPLATE_SECRET_BMC" } },
    addressing: [
      { network: "mgmt", address: "10.0.0.10" },
      { network: "oob", address: "10.9.0.10" },
    ],
    storage: { layout: "lvm", boot_drive: { device: "disk0", root_size: rootSize } },
  });
}

function machineOf({ world }: Site) {
  const machine = world.machines.get("n000");
  if (machine === undefined) throw new Error("no machine n000");
  return machine;
}

/** What was done to the machine and its power since the last look. */
function written({ world }: Site): string[] {
  const lines = world.ledger.filter((line) => /^(commission|deploy|release|power|boot) /.test(line));
  world.ledger.length = 0;
  return lines.map((line) => line.replace(" n000", ""));
}

test("where power is the OOB driver's, core switches off what is to be begun with and boots what the provisioner waits for", () =>
  outOfBand(async (site) => {
    machineOf(site).power = PowerState.ON;
    expect(stateOf(await site.run(await site.plan()))).toBe("SUCCEEDED");
    expect(written(site)).toEqual([
      ...["power OFF", "commission", "boot NETWORK", "power ON"],
      ...["deploy", "boot NETWORK", "power ON"],
    ]);
    expect(site.world.credentials.get("n000")).toBe("calvin");
    expect(machineOf(site)).toMatchObject({ state: ServerState.DEPLOYED, power: PowerState.ON });

    expect(stateOf(await site.run(await site.plan()))).toBe("SUCCEEDED");
    expect(written(site)).toEqual([]);

    // Installed anew: what runs is cut off only now that it goes.
    await commitTo(site.state, "main", [node("60g")]);
    const again = await site.plan();
    expect(again.destructiveCount).toBeGreaterThan(0);
    expect(stateOf(await site.run(again, { allowDestroy: true }))).toBe("SUCCEEDED");
    expect(written(site)).toEqual(["power OFF", "release", "deploy", "boot NETWORK", "power ON"]);

    expect(stateOf(await site.run(await site.plan(Action.RELEASE), { allowDestroy: true }))).toBe("SUCCEEDED");
    expect(written(site)).toEqual(["power OFF", "release"]);
    expect(machineOf(site).power).toBe(PowerState.OFF);
  }));

test("a controller that takes its time is asked again, and the provisioner begins only after it", () =>
  outOfBand(async (site) => {
    machineOf(site).power = PowerState.ON;
    let refusals = 2;
    site.world.before = (method) => {
      if (method !== "power OFF" || refusals === 0) return;
      refusals--;
      throw driverFailure(Code.Unavailable, ErrorReason.TARGET_BUSY, "no answer", 5);
    };
    expect(stateOf(await site.run(await site.plan(Action.COMMISSION)))).toBe("SUCCEEDED");
    expect(written(site)).toEqual(["power OFF", "commission", "boot NETWORK", "power ON"]);
  }));

test("where power is the server driver's, nobody else touches a controller", () =>
  withSite(1, async (site) => {
    expect(stateOf(await site.run(await site.plan()))).toBe("SUCCEEDED");
    expect(written(site)).toEqual(["commission", "deploy"]);
    expect([...site.world.credentials]).toEqual([]);
  }));
