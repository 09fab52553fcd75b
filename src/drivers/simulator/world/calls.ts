import type { ErrorReason } from "../../../../gen/bedplate/type/v1/error_pb.js";
import type { Fields } from "./fields.ts";

/** The verbs of a world. Each is counted, timed, written down and made to fail by its name. */
export const VERBS = [
  "observe",
  "plan",
  "commission",
  "network",
  "storage",
  "deploy",
  "release",
  "power",
  "reset",
  "boot",
  "annotate",
  "site",
  "ports",
] as const;

/** One of the verbs. */
export type Verb = (typeof VERBS)[number];

/** The bounds within which a call may write. */
export interface WorldOperation {
  readonly id: string;
  /** The token of the caller; empty for none. */
  readonly precondition: string;
  /** After this moment, unix milliseconds by the clock of the world, nothing is written. */
  readonly notAfter?: number | undefined;
  /** Process id of the driver that asks. */
  readonly driver: number;
}

/** What a machine is to be in one phase: the part of its specification that phase is about. */
export interface WantedServer {
  readonly name: string;
  /** COMMISSIONED: the manifest of the machine its hardware aliases describe. */
  readonly hardware?: unknown;
  /** NETWORK_CONFIGURED, STORAGE_CONFIGURED, DEPLOYED: the fields of that area. */
  readonly fields?: Fields;
  /** DEPLOYED: tags, owner data, digest of the specification and user data. */
  readonly tags?: readonly string[];
  readonly ownerData?: Fields;
  readonly digest?: string;
  readonly userData?: string;
}

/** An object of the site: its kind, its name, and what is said of it. */
export interface SiteObject {
  readonly type: string;
  readonly name: string;
  readonly fields: Fields;
}

/** The ports of one server. */
export interface WantedPorts {
  readonly name: string;
  readonly mode: number;
  /** The devices that are plugged in. */
  readonly devices: readonly string[];
}

/** What a world is asked. `phase`, `state`, `power` and `mode` are the numbers of the driver contract. */
export type WorldQuestion =
  | { readonly do: "probe" }
  | { readonly do: "observe"; readonly names: readonly string[]; readonly after?: string; readonly limit?: number }
  | { readonly do: "plan"; readonly phase: number; readonly servers: readonly WantedServer[] }
  | {
      readonly do: "ensure";
      readonly phase: number;
      readonly server: WantedServer;
      readonly operation: WorldOperation;
      readonly allowDestroy: boolean;
    }
  | { readonly do: "power"; readonly name: string; readonly power: number; readonly operation: WorldOperation }
  | { readonly do: "reset"; readonly name: string; readonly operation: WorldOperation }
  | {
      readonly do: "boot";
      readonly name: string;
      readonly device: number;
      readonly persistent: boolean;
      readonly operation: WorldOperation;
    }
  | {
      readonly do: "annotate";
      readonly name: string;
      readonly tags: readonly string[];
      readonly ownerData: Fields;
      readonly operation: WorldOperation;
    }
  | { readonly do: "getPower"; readonly name: string }
  | { readonly do: "hardware"; readonly name: string }
  | { readonly do: "observeSite" }
  | { readonly do: "planSite"; readonly objects: readonly SiteObject[] }
  | {
      readonly do: "ensureSite";
      readonly site: string;
      readonly objects: readonly SiteObject[];
      readonly operation: WorldOperation;
    }
  | { readonly do: "observePorts"; readonly names: readonly string[] }
  | { readonly do: "planPorts"; readonly ports: WantedPorts }
  | { readonly do: "ensurePorts"; readonly ports: WantedPorts; readonly operation: WorldOperation };

/** A question and the options of the driver instance it comes through, as `settingsText` writes them; absent for none. */
export type WorldCall = WorldQuestion & { readonly settings?: string | undefined };

/** One machine as it is seen. */
export interface SeenServer {
  readonly name: string;
  /** Id of the machine in the world; empty when absent. */
  readonly id: string;
  readonly state: number;
  readonly message: string;
  readonly power: number;
  readonly digest: string;
  readonly addresses: readonly string[];
  readonly token: string;
}

/** One change, as the contract has it. */
export interface SeenChange {
  readonly object: string;
  readonly action: string;
  readonly before: string;
  readonly after: string;
  readonly field: string;
  readonly destructive: boolean;
}

/** Changes of one subject; `refusal` is why there can be none. */
export interface SeenPlan {
  readonly name: string;
  readonly changes: readonly SeenChange[];
  readonly token: string;
  readonly refusal?: WorldFailure;
}

/** What an Ensure call came to. */
export interface SeenResult {
  readonly done: boolean;
  readonly changed: boolean;
  readonly message: string;
  /** While it isn't done: when to ask again, in milliseconds, and how far it is. */
  readonly retryMs: number;
  readonly percent: number;
  readonly token: string;
  /** The machine afterwards, for calls about one. */
  readonly seen?: SeenServer;
}

/** Why a world refuses: what the driver makes an error status of. */
export interface WorldFailure {
  /** Canonical code. */
  readonly code: number;
  readonly reason: ErrorReason;
  readonly message: string;
  readonly subject?: string;
  readonly hint?: string;
  readonly fieldPath?: string;
  /** When the same call may succeed, in milliseconds; absent when something must change first. */
  readonly retryMs?: number;
  readonly running?: string;
}

/** How the driver has to behave with an answer, for the faults that are its own. */
export interface WorldManner {
  /** Never answer. */
  readonly hang?: boolean;
  /** Answer after the caller has given up. */
  readonly late?: boolean;
  /** Answer so many milliseconds later. */
  readonly delayMs?: number;
}

/** What a world answers: a value or a failure. */
export interface WorldReply {
  readonly value?: unknown;
  readonly failure?: WorldFailure;
  readonly manner?: WorldManner;
}
