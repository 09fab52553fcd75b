import { createHash } from "node:crypto";
import { timestampNow } from "@bufbuild/protobuf/wkt";
import {
  ScriptOutcome,
  type ServerDriverService,
} from "../../../../gen/bedplate/driver/v1/server_driver_service_pb.js";
import type { ServerSpec } from "../../../../gen/bedplate/driver/v1/server_spec_pb.js";
import type { BuiltHardware } from "../spec/hardware.ts";
import { siteObjects } from "../spec/site-objects.ts";
import { wantedServer } from "../spec/wanted-server.ts";
import type { SeenChange, SeenPlan, SeenResult, SeenServer } from "../world/calls.ts";
import { invalid, Refusal, undeclared } from "../world/refusal.ts";
import type { SeenObject } from "../world/site.ts";
import { DRIVER_NAME } from "./driver-service.ts";
import type { Handlers } from "./grpc-service.ts";
import { ensureResult, observedServer, worldOperation } from "./messages.ts";
import { watchServers } from "./watch-servers.ts";
import type { Worlds } from "./worlds.ts";

const BATCH = 500;
/** Few enough that a message of plans stays under 4 MiB. */
const PLANS_A_MESSAGE = 100;

/** Provisions the servers of simulated worlds. */
export function serverDriverService(worlds: Worlds): Handlers<typeof ServerDriverService> {
  return {
    async observeSite({ target }, caller) {
      const objects = await worlds.ask<SeenObject[]>(target, { do: "observeSite" }, caller);
      return { objects: objects.map(shorten), observedAt: timestampNow() };
    },
    async planSite({ target, spec }, caller) {
      const objects = siteObjects(required(spec, "spec"));
      const plan = await worlds.ask<{ changes: SeenChange[]; objects: SeenObject[]; token: string }>(
        target,
        { do: "planSite", objects },
        caller,
      );
      return { changes: plan.changes, objects: plan.objects.map(shorten), precondition: plan.token };
    },
    async ensureSite({ target, spec, operation }, caller) {
      const wanted = required(spec, "spec");
      const objects = siteObjects(wanted);
      const asked = {
        do: "ensureSite",
        site: wanted.name,
        objects,
        operation: worldOperation(operation, wanted.name),
      } as const;
      return { result: ensureResult(await worlds.ask<SeenResult>(target, asked, caller)) };
    },
    async *observeServers({ target, servers }, caller) {
      if (servers.length > 0) {
        for (let at = 0; at < servers.length; at += BATCH) {
          const names = servers.slice(at, at + BATCH).map(({ name }) => name);
          const seen = await worlds.ask<SeenServer[]>(target, { do: "observe", names }, caller);
          const now = timestampNow();
          yield { servers: seen.map((each) => observedServer(each, now)) };
        }
        return;
      }
      for (let after = ""; ; ) {
        const asked = { do: "observe", names: [], after, limit: BATCH } as const;
        const seen = await worlds.ask<SeenServer[]>(target, asked, caller);
        const now = timestampNow();
        if (seen.length > 0) yield { servers: seen.map((each) => observedServer(each, now)) };
        if (seen.length < BATCH) return;
        after = seen.at(-1)?.name ?? "";
      }
    },
    async planServer({ target, spec, phase }, caller) {
      const servers = [wantedServer(required(spec, "spec"), phase)];
      const [plan] = await worlds.ask<SeenPlan[]>(target, { do: "plan", phase, servers }, caller);
      if (plan?.refusal !== undefined) throw new Refusal(plan.refusal);
      return { changes: [...(plan?.changes ?? [])], precondition: plan?.token ?? "" };
    },
    async *planServers({ target, specs, phases }, caller) {
      refuseTwins(specs);
      for (const phase of phases) {
        for (let at = 0; at < specs.length; at += PLANS_A_MESSAGE) {
          const servers = specs.slice(at, at + PLANS_A_MESSAGE).map((spec) => wantedServer(spec, phase));
          const plans = await worlds.ask<SeenPlan[]>(target, { do: "plan", phase, servers }, caller);
          yield {
            plans: plans.map(({ name, changes, token, refusal }) => ({
              ...{ name, phase, changes: [...changes], precondition: token },
              refusal: (refusal?.message ?? "").slice(0, 2048),
            })),
          };
        }
      }
    },
    async ensureServer({ target, spec, phase, operation, allowDestroy }, caller) {
      const wanted = required(spec, "spec");
      const server = wantedServer(wanted, phase);
      const asked = {
        do: "ensure",
        phase,
        server,
        operation: worldOperation(operation, server.name),
        allowDestroy,
      } as const;
      return answered(await worlds.ask<SeenResult>(target, asked, caller));
    },
    async ensureServerPower({ target, server, power, operation }, caller) {
      const { name } = required(server, "server");
      const asked = { do: "power", name, power, operation: worldOperation(operation, name) } as const;
      return answered(await worlds.ask<SeenResult>(target, asked, caller));
    },
    async ensureAnnotations({ target, spec, operation }, caller) {
      const { identity, tags, ownerData } = required(spec, "spec");
      const { name } = required(identity, "spec.identity");
      const asked = { do: "annotate", name, tags, ownerData, operation: worldOperation(operation, name) } as const;
      return { result: ensureResult(await worlds.ask<SeenResult>(target, asked, caller)) };
    },
    async getServerHardware({ target, server }, caller) {
      const { name } = required(server, "server");
      const built = await worlds.ask<BuiltHardware>(target, { do: "hardware", name }, caller);
      return {
        manifest: {
          ...built,
          nics: [...built.nics],
          disks: [...built.disks],
          source: DRIVER_NAME,
          observedAt: timestampNow(),
        },
      };
    },
    ensureServerRescue() {
      throw undeclared("rescue");
    },
    async *listServerScriptResults({ target, server, knownOutputs }, caller) {
      const { name } = required(server, "server");
      const { nics, disks } = await worlds.ask<BuiltHardware>(target, { do: "hardware", name }, caller);
      yield { results: [inventoryResult(nics.length, disks.length, knownOutputs)] };
    },
    watchServers: ({ target }, caller) => watchServers(worlds, target, caller),
  };
}

/** The one script that runs on a simulated machine when it is commissioned: it counts devices. */
function inventoryResult(nics: number, disks: number, known: readonly string[]) {
  const output = `${nics} network interfaces\n${disks} disks\n`;
  const outputDigest = createHash("sha256").update(output).digest("hex");
  return {
    ...{ script: "inventory", type: "commissioning", outcome: ScriptOutcome.PASSED, exitStatus: 0, providerId: "1" },
    ...{ outputDigest, output: known.includes(outputDigest) ? "" : output },
  };
}

function answered(result: SeenResult) {
  const { seen } = result;
  return { result: ensureResult(result), ...(seen !== undefined && { observed: observedServer(seen) }) };
}

function shorten({ type, name, summary, digest }: SeenObject) {
  return { type, name: name.slice(0, 253), summary, digest };
}

function required<T>(value: T | undefined, path: string): T {
  if (value === undefined) throw invalid(path, `${path} is missing`);
  return value;
}

function refuseTwins(specs: readonly ServerSpec[]): void {
  const names = new Set<string>();
  for (const { identity } of specs) {
    const name = identity?.name ?? "";
    if (names.has(name)) throw invalid("specs", `server ${name} is asked for twice`);
    names.add(name);
  }
}
