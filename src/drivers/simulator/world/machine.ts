import { PowerState, ServerState } from "../../../../gen/bedplate/driver/v1/server_driver_service_pb.js";
import type { CallInAccess } from "./call-in-access.ts";
import type { SeenServer, Verb } from "./calls.ts";
import type { Fields } from "./fields.ts";

/** Something that takes its time. */
export interface Transition {
  readonly verb: Verb;
  readonly operationId: string;
  readonly startedAt: number;
  readonly until: number;
  /** Brings it to its end. */
  readonly finish: () => void;
  /** Stops the timer behind it. */
  readonly cancel: () => void;
}

/** Who wrote last, and a number that grows with every write: what tokens are made of. */
export interface Versioned {
  version: number;
  /** Operation that wrote last; a hand's writes have a name of their own. */
  writer: string;
  /** The version before that operation's first write in a row. */
  writerFrom: number;
}

/** One simulated machine. Also kept of one nobody has commissioned, once something was written about it. */
export interface Machine extends Versioned {
  readonly name: string;
  readonly id: string;
  state: ServerState;
  message: string;
  power: PowerState;
  bootDevice: number;
  bootPersistent: boolean;
  /** Interfaces, disks and system as they were configured last, or changed by hand. */
  network: Fields;
  storage: Fields;
  platform: Fields;
  tags: readonly string[];
  ownerData: Fields;
  /** Digest of the specification it was deployed with. */
  digest: string;
  /** The manifest as JSON; undefined while it isn't inventoried. */
  hardware: string | undefined;
  transition: Transition | undefined;
  /** The operation and verb that ended in state FAILED. */
  failed: { readonly verb: Verb; readonly operationId: string } | undefined;
  /** Whom it calls when it has booted. */
  callIn: CallInAccess | undefined;
  /** How often it was asked for a verb, for faults. */
  readonly asked: Partial<Record<string, number>>;
  /** The last operations of what has no lasting state. */
  lastReset: string;
  powerWriter: string;
  bootWriter: string;
}

/** A machine nobody has commissioned. */
export function newMachine(name: string, number: number): Machine {
  return {
    name,
    id: `sim-${String(number).padStart(6, "0")}`,
    ...{ version: 0, writer: "", writerFrom: 0 },
    state: ServerState.ABSENT,
    message: "",
    power: PowerState.OFF,
    ...{ bootDevice: 0, bootPersistent: false },
    ...{ network: {}, storage: {}, platform: {}, tags: [], ownerData: {}, digest: "" },
    ...{ hardware: undefined, transition: undefined, failed: undefined, callIn: undefined },
    asked: {},
    ...{ lastReset: "", powerWriter: "", bootWriter: "" },
  };
}

const ADDRESS = /^interfaces\["(?:[^"\\]|\\.)*"\]\.networks\["(?:[^"\\]|\\.)*"\]\.address$/;

/** A machine as it is seen; `machine` is undefined when the world has never heard of it. */
export function seenServer(name: string, machine: Machine | undefined, token: string): SeenServer {
  if (machine === undefined || machine.state === ServerState.ABSENT) {
    return {
      ...{ name, id: "", state: ServerState.ABSENT, message: "nobody has commissioned it" },
      ...{ power: PowerState.UNSPECIFIED, digest: "", addresses: [], token },
    };
  }
  const { id, state, message, power, digest, network } = machine;
  const addresses: string[] = [];
  for (const field in network) if (ADDRESS.test(field)) addresses.push(network[field] ?? "");
  return { name, id, state, message, power, digest, addresses: addresses.slice(0, 256), token };
}

/** Whether a machine has been inventoried. */
export function isCommissioned({ state, hardware }: Machine): boolean {
  if (hardware === undefined) return false;
  return state !== ServerState.ABSENT && state !== ServerState.ENLISTED && state !== ServerState.COMMISSIONING;
}

/** A machine's state in a word. */
export function stateWord({ state }: Machine): string {
  return (ServerState[state] ?? "unknown").toLowerCase();
}

/** Whether a machine is there for listings. */
export function isListed({ state }: Machine): boolean {
  return state !== ServerState.ABSENT;
}
