import type { Client } from "@connectrpc/connect";
import type { DesignStateService } from "../../gen/bedplate/design/v1/design_state_service_pb.js";
import { NodePhase, type NodeStatus } from "../../gen/bedplate/design/v1/node_status_pb.js";
import {
  type ObservedServer,
  PowerNeed,
  PowerState,
  ServerDriverService,
  ServerPhase,
  ServerState,
} from "../../gen/bedplate/driver/v1/server_driver_service_pb.js";
import { serverIdentity } from "../plan/driver-spec/server-spec.ts";
import { type SiteSpecInit, siteSpec } from "../plan/driver-spec/site-spec.ts";
import { serverDriverOf } from "../plan/drivers-of.ts";
import type { ServerFacts, SiteChange, SiteObject, SitePlan } from "../plan/node-facts.ts";
import type { DesignSnapshot } from "./design-snapshot.ts";
import type { DriverAccess } from "./drivers/driver-access.ts";
import { driverError } from "./drivers/driver-failure.ts";
import { oneLine } from "./one-line.ts";

/** A machine as it was seen, and the driver's token about it. */
export interface SeenServer extends ServerFacts {
  /** What the provisioner needs of its power now. */
  readonly powerNeed: PowerNeed;
  readonly addresses: readonly string[];
  readonly precondition: string;
}

/** What a driver would change of the site, and its token about it. */
export interface SeenSite extends SitePlan {
  readonly precondition: string;
}

/** Looks at the world through drivers. Every error names its driver instance. */
export interface World {
  /** What the driver of an instance would change of the site. */
  site(snapshot: DesignSnapshot, instance: string, signal: AbortSignal): Promise<SeenSite>;
  /** The machines of nodes, each through its own driver. A machine its driver says nothing of is in an unknown state. */
  servers(
    snapshot: DesignSnapshot,
    nodes: readonly string[],
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, SeenServer>>;
  /** What their drivers would change of machines, each to be installed as its specification says. */
  changes(
    snapshot: DesignSnapshot,
    nodes: readonly string[],
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, readonly SiteChange[]>>;
  /** What is recorded of nodes. */
  records(snapshot: DesignSnapshot, nodes: readonly string[]): Promise<Records>;
}

/** What is recorded of some nodes. */
export interface Records {
  /** Those that have called in since they were deployed with the specification they have. */
  readonly calledIn: ReadonlySet<string>;
  /** Those that are deployed. */
  readonly deployed: ReadonlySet<string>;
}

const DEPLOYED_PHASES: ReadonlySet<NodePhase> = new Set([NodePhase.DEPLOYED, NodePhase.READY]);
const STATUS_PAGE = 500;
/** Most characters of a state's message, which becomes part of a step's reason. */
const STATE_MESSAGE = 900;

/** Makes the eyes. `observeMs` bounds each look. */
export function createWorld(
  drivers: DriverAccess,
  state: () => Client<typeof DesignStateService>,
  observeMs: number,
): World {
  return {
    async site(snapshot, instance, signal) {
      const spec = siteSpecOf(snapshot, instance);
      const planned = await named(instance, () =>
        drivers.call(instance, ServerDriverService, signal, (client, target) =>
          client.planSite({ target, spec }, { signal, timeoutMs: observeMs }),
        ),
      );
      return {
        changes: planned.changes.map(seenChange),
        objects: planned.objects.map(seenObject),
        precondition: planned.precondition,
      };
    },

    async servers(snapshot, nodes, signal) {
      const groups = Map.groupBy(nodes, (node) => serverDriverOf(snapshot.view, node));
      const seen = new Map<string, SeenServer>(nodes.map((node) => [node, UNKNOWN]));
      await Promise.all(
        [...groups].map(async ([instance, names]) => {
          const servers = names.map((name) => serverIdentity(name, snapshot.view.nodes.get(name) ?? {}));
          await named(instance, () =>
            drivers.call(instance, ServerDriverService, signal, async (client, target) => {
              const answers = client.observeServers({ target, servers }, { signal, timeoutMs: observeMs });
              for await (const { servers: batch } of answers) {
                for (const server of batch) if (seen.has(server.name)) seen.set(server.name, seenServer(server));
              }
            }),
          );
        }),
      );
      return seen;
    },

    async changes(snapshot, nodes, signal) {
      const planned = nodes.map(async (node): Promise<[string, readonly SiteChange[]]> => {
        const instance = serverDriverOf(snapshot.view, node);
        const { spec } = snapshot.specOf(node);
        const { changes } = await named(instance, () =>
          drivers.call(instance, ServerDriverService, signal, (client, target) =>
            client.planServer({ target, spec, phase: ServerPhase.DEPLOYED }, { signal, timeoutMs: observeMs }),
          ),
        );
        return [node, changes.map(seenChange)];
      });
      return new Map(await Promise.all(planned));
    },

    async records({ design, specOf }, nodes) {
      const wanted = new Set(nodes);
      const calledIn = new Set<string>();
      const deployed = new Set<string>();
      if (nodes.length === 0) return { calledIn, deployed };
      for await (const { node, phase, calledInAt, deployedSpecDigest } of nodeStatuses(state(), design)) {
        if (!wanted.has(node) || !DEPLOYED_PHASES.has(phase)) continue;
        deployed.add(node);
        if (phase !== NodePhase.READY || calledInAt === undefined) continue;
        if (deployedSpecDigest === specOf(node).spec.specDigest) calledIn.add(node);
      }
      return { calledIn, deployed };
    },
  };
}

const UNKNOWN: SeenServer = {
  state: ServerState.UNSPECIFIED,
  stateMessage: "its driver says nothing of it",
  specDigest: "",
  providerId: "",
  power: PowerState.UNSPECIFIED,
  powerNeed: PowerNeed.UNSPECIFIED,
  addresses: [],
  precondition: "",
};

/** What a driver instance shall make of the site. */
export function siteSpecOf({ view }: DesignSnapshot, instance: string): SiteSpecInit {
  return siteSpec(view, instance, (node) => serverDriverOf(view, node));
}

/** A driver's word of a change, in the one form in which it is shown, stored and compared. */
export function seenChange({ object, action, before, after, destructive, field }: SiteChange): SiteChange {
  return {
    object: oneLine(object, 512),
    action: oneLine(action, 64),
    before: oneLine(before),
    after: oneLine(after),
    destructive,
    field: oneLine(field),
  };
}

function seenObject({ type, name, summary, digest }: SiteObject): SiteObject {
  return { type: oneLine(type, 64), name: oneLine(name, 512), summary: oneLine(summary), digest };
}

/** A driver's answer about a machine, as far as it is used. */
export function seenServer(server: ObservedServer): SeenServer {
  return {
    state: server.state,
    stateMessage: oneLine(server.stateMessage, STATE_MESSAGE),
    specDigest: server.specDigest,
    providerId: server.providerId,
    power: server.power,
    powerNeed: server.powerNeed,
    addresses: server.addresses,
    precondition: server.precondition,
  };
}

/** The state of all nodes of a design. */
export async function* nodeStatuses(
  state: Client<typeof DesignStateService>,
  design: string,
): AsyncGenerator<NodeStatus> {
  let pageToken = "";
  do {
    const page = await state.listNodeStatus({ design, pageSize: STATUS_PAGE, pageToken });
    yield* page.statuses;
    pageToken = page.nextPageToken;
  } while (pageToken !== "");
}

async function named<Result>(instance: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw driverError(instance, error);
  }
}
