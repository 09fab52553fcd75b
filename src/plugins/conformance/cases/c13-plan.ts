import { isDeepStrictEqual } from "node:util";
import { ServerPhase } from "../../../../gen/bedplate/driver/v1/server_driver_service_pb.js";
import { type ConformanceCase, type ConformanceWorld, portsOf } from "../conformance-case.ts";
import { fingerprint } from "../fingerprint.ts";
import { CaseSkipped, hold } from "../verdict.ts";

/** C13: planning is reading. */
export const planCase: ConformanceCase = {
  id: "C13",
  title: "Plan answers the same twice and changes nothing",
  async run(world) {
    const plans = await plansOf(world);
    const before = await fingerprint(world);
    for (const [method, plan] of plans) {
      const [first, second] = [await plan(), await plan()];
      hold(isDeepStrictEqual(first, second), `${method} answered differently the second time`);
    }
    hold((await fingerprint(world)) === before, "planning changed the world");
  },
};

async function plansOf(world: ConformanceWorld): Promise<[string, () => Promise<unknown>][]> {
  const { network, server, signal, spec } = world;
  const target = await world.target();
  if (world.kind === "network") {
    const request = { target, spec: portsOf(spec) };
    return [["PlanNetwork", () => network.planNetwork(request, { signal }).then(({ changes }) => changes)]];
  }
  const plans: [string, () => Promise<unknown>][] = [];
  if (spec.site !== undefined) {
    const request = { target, spec: spec.site };
    plans.push([
      "PlanSite",
      () => server.planSite(request, { signal }).then(({ changes, objects }) => [changes, objects]),
    ]);
  }
  if (spec.server !== undefined) {
    const request = { target, spec: spec.server, phase: ServerPhase.DEPLOYED };
    plans.push(["PlanServer", () => server.planServer(request, { signal }).then(({ changes }) => changes)]);
  }
  if (plans.length === 0) throw new CaseSkipped("needs a site or a server in the specification");
  return plans;
}
