import { ServerPhase } from "../../../../gen/bedplate/driver/v1/server_driver_service_pb.js";
import { ErrorReason } from "../../../../gen/bedplate/type/v1/error_pb.js";
import type { SeenPlan, SeenResult, SeenServer, WantedServer, WorldReply } from "../world/calls.ts";
import type { OptionValues } from "../world/settings.ts";
import { createWorld, type World } from "../world/world.ts";
import { createManualClock, type ManualClock } from "./manual-clock.ts";

/** A world whose time a test moves, and the calls it makes most. */
export interface WorldLab {
  readonly world: World;
  readonly clock: ManualClock;
  /** One EnsureServer call; `more` changes the call. */
  ensure(phase: ServerPhase, wanted: Partial<WantedServer>, more?: EnsureMore): WorldReply;
  /** The same, in a word: "done", "done, unchanged", "50 %", or the reason of a refusal. */
  step(phase: ServerPhase, wanted?: Partial<WantedServer>, more?: EnsureMore): string;
  plan(phase: ServerPhase, wanted?: Partial<WantedServer>): SeenPlan;
  seen(name?: string): SeenServer;
  /** Brings a machine to DEPLOYED, the world being instant. */
  deploy(wanted?: Partial<WantedServer>): void;
  /** The ledger's effective entries, such as "deploy n1". */
  effects(): string[];
}

/** What of a call differs from the usual. */
export interface EnsureMore {
  readonly op?: string;
  readonly token?: string;
  readonly notAfter?: number;
  readonly allowDestroy?: boolean;
  readonly settings?: OptionValues;
}

/** The phases that lead to a running machine. */
export const PHASES = [
  ServerPhase.COMMISSIONED,
  ServerPhase.NETWORK_CONFIGURED,
  ServerPhase.STORAGE_CONFIGURED,
  ServerPhase.DEPLOYED,
] as const;

/** What machines are to be in each phase. */
export const FIELDS = {
  [ServerPhase.NETWORK_CONFIGURED]: { 'interfaces["bond0"].name': "bond0", 'interfaces["bond0"].link.mtu': "9000" },
  [ServerPhase.STORAGE_CONFIGURED]: { "storage.layout": "lvm" },
  [ServerPhase.DEPLOYED]: { image: "noble", 'kernel_params["quiet"]': "true" },
} as const;

/** Makes a lab. */
export function createWorldLab(options: OptionValues = {}): WorldLab {
  const clock = createManualClock();
  const world = createWorld({ options, clock });
  const wantedOf = (phase: ServerPhase, wanted: Partial<WantedServer>): WantedServer => {
    const fields =
      phase === ServerPhase.COMMISSIONED || phase === ServerPhase.RELEASED
        ? {}
        : { fields: FIELDS[phase as keyof typeof FIELDS] };
    const annotations = { tags: ["worker"], ownerData: { rack: "r1" }, digest: "d1" };
    return { name: "n1", ...fields, ...(phase === ServerPhase.DEPLOYED && annotations), ...wanted };
  };
  const lab: WorldLab = {
    world,
    clock,
    ensure(phase, wanted, { op = `op-${phase}`, token = "", notAfter, allowDestroy = false, settings } = {}) {
      return world.ask({
        do: "ensure",
        phase,
        server: wantedOf(phase, wanted),
        operation: { id: op, precondition: token, notAfter, driver: 7 },
        allowDestroy,
        ...(settings !== undefined && { settings: JSON.stringify(settings) }),
      });
    },
    step(phase, wanted = {}, more) {
      return wordOf(lab.ensure(phase, wanted, more));
    },
    plan(phase, wanted = {}) {
      const [plan] = valueIn<SeenPlan[]>(world.ask({ do: "plan", phase, servers: [wantedOf(phase, wanted)] }));
      if (plan === undefined) throw new Error("no plan");
      return plan;
    },
    seen(name = "n1") {
      const [seen] = valueIn<SeenServer[]>(world.ask({ do: "observe", names: [name] }));
      if (seen === undefined) throw new Error("nothing was seen");
      return seen;
    },
    deploy(wanted = {}) {
      for (const phase of PHASES)
        valueIn(lab.ensure(phase, { name: wanted.name ?? "n1", ...(phase === ServerPhase.DEPLOYED && wanted) }));
    },
    effects: () =>
      world.ledger.entries().flatMap(({ verb, node, effective }) => (effective ? [`${verb} ${node}`] : [])),
  };
  return lab;
}

/** The value of a reply. Throws when it is a refusal. */
export function valueIn<Value>({ value, failure }: WorldReply): Value {
  if (failure !== undefined) throw new Error(failure.message);
  return value as Value;
}

/** A reply in a word. */
export function wordOf({ value, failure, manner }: WorldReply): string {
  if (manner?.hang) return "hangs";
  if (failure !== undefined) return ErrorReason[failure.reason] ?? "";
  const { done, changed, percent } = value as SeenResult;
  const late = manner?.late ? ", late" : "";
  return `${done ? `done${changed ? "" : ", unchanged"}` : `${percent} %`}${late}`;
}
