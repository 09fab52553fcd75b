import { type ConformanceCase, type ConformanceWorld, portsOf } from "../conformance-case.ts";
import { ensureDone } from "../ensure.ts";
import { CaseSkipped, hold } from "../verdict.ts";

/** C08: level-based. */
export const alreadyThereCase: ConformanceCase = {
  id: "C08",
  title: "After Ensure is done, Plan is empty and the next Ensure changes nothing",
  async run(world) {
    const step = world.kind === "network" ? await ports(world) : await site(world);
    await ensureDone(await step.plan().then(({ precondition }) => precondition), world.signal, step.ensure);
    const { changes, precondition } = await step.plan();
    hold(
      changes.length === 0,
      `after Ensure was done, Plan still has ${changes.length} changes: ${changes[0]?.object}`,
    );
    const again = await ensureDone(precondition, world.signal, step.ensure);
    hold(!again.changed, "Ensure says that it changed something although everything was there");
  },
};

async function ports({ network, signal, target, spec }: ConformanceWorld) {
  const request = { target: await target(), spec: portsOf(spec) };
  return {
    plan: () => network.planNetwork(request, { signal }),
    ensure: (operation: { operationId: string; precondition: string }) =>
      network.ensureNetwork({ ...request, operation }, { signal }),
  };
}

async function site({ server, signal, target, spec }: ConformanceWorld) {
  if (spec.site === undefined) throw new CaseSkipped("needs a site in the specification");
  const request = { target: await target(), spec: spec.site };
  return {
    plan: () => server.planSite(request, { signal }),
    ensure: (operation: { operationId: string; precondition: string }) =>
      server.ensureSite({ ...request, operation }, { signal }),
  };
}
