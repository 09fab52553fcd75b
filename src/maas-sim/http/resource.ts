import type { Sim } from "../sim.ts";
import type { Form } from "./form.ts";
import type { Reply } from "./reply.ts";

/** One request, after it was authenticated, matched and checked for unknown parameters. */
export interface Call {
  readonly sim: Sim;
  readonly method: string;
  /** The query of a GET or DELETE, the body of a POST or PUT. */
  readonly form: Form;
  readonly files: ReadonlyMap<string, Buffer>;
  /** A decoded argument of the path. */
  arg(name: string): string;
  /**
   * Announces, before anything is changed, an object the call may write. The ledger compares what `view` shows now
   * with what it shows once the call has succeeded; `view` must hide secrets and answers null for a missing object.
   */
  writes(kind: string, name: string, view: () => unknown): void;
}

/** One operation of a resource. */
export interface Action {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  /** Null for the plain method. */
  readonly op: string | null;
  /** The parameters it knows; any other is refused. */
  readonly accepts: readonly string[];
  /** Further parameters, known only by rule. */
  readonly acceptsOther?: (name: string, sim: Sim) => boolean;
  /** Whether uploaded files are allowed. */
  readonly acceptsFiles?: boolean;
  run(call: Call): Reply;
}

/** What lives under one path. */
export interface Resource {
  /** The name in the API's description of itself, such as `MachinesHandler`. */
  readonly handler: string;
  /** Below `/MAAS/api/2.0/`, with `{name}` for arguments; a trailing slash is part of it. */
  readonly path: string;
  /** `open`: no credentials needed. `hidden`: without credentials its operations look unknown instead of forbidden. */
  readonly anonymous?: "open" | "hidden";
  readonly actions: readonly Action[];
}

/** A GET without an operation. */
export function read(accepts: readonly string[], run: Action["run"]): Action {
  return { method: "GET", op: null, accepts, run };
}

/** A POST without an operation: create. */
export function create(accepts: readonly string[], run: Action["run"]): Action {
  return { method: "POST", op: null, accepts, run };
}

/** A PUT: partial update. */
export function update(accepts: readonly string[], run: Action["run"]): Action {
  return { method: "PUT", op: null, accepts, run };
}

/** A DELETE. */
export function remove(accepts: readonly string[], run: Action["run"]): Action {
  return { method: "DELETE", op: null, accepts, run };
}

/** A named operation that only reads. */
export function query(op: string, accepts: readonly string[], run: Action["run"]): Action {
  return { method: "GET", op, accepts, run };
}

/** A named operation that writes. */
export function operation(op: string, accepts: readonly string[], run: Action["run"]): Action {
  return { method: "POST", op, accepts, run };
}
