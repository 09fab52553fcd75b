import type { ServerSpec } from "../../../../gen/bedplate/driver/v1/server_spec_pb.js";
import type { Action } from "../action.ts";
import type { Machine } from "./machine.ts";
import { readMarks } from "./marks.ts";

const COMMENT = "Bedplate: the design says so";

/** Locks or unlocks an installed machine as the design says; a lock the design doesn't speak of is taken off only if Bedplate put it on. */
export function planLock(machine: Machine, { locked }: Pick<ServerSpec, "locked">): Action[] {
  const wanted = locked ?? (machine.locked && !readMarks(machine).locked);
  return wanted === machine.locked ? [] : [lockAction(machine, wanted)];
}

/** Takes the lock off a machine that is given back with consent: MAAS releases none that is locked. */
export function planUnlock(machine: Machine): Action[] {
  return machine.locked ? [lockAction(machine, false)] : [];
}

function lockAction(machine: Machine, lock: boolean): Action {
  const word = lock ? "lock" : "unlock";
  return {
    object: `machine ${machine.hostname}`,
    field: "locked",
    action: word,
    before: machine.locked ? "locked" : "not locked",
    after: lock ? "locked" : "not locked",
    request: { method: "POST", path: `machines/${machine.systemId}/`, op: word, form: [["comment", COMMENT]] },
  };
}
