import { ServerPhase, ServerState } from "../../../../gen/bedplate/driver/v1/server_driver_service_pb.js";
import type { SeenChange, WantedServer } from "./calls.ts";
import { sameTexts } from "./ensure-server.ts";
import { differences, type Fields, sameFields } from "./fields.ts";
import { isCommissioned, type Machine, stateWord } from "./machine.ts";
import { invalid, machineFailed } from "./refusal.ts";

const MOST = 10_000;
const LABELS: Readonly<Record<string, string>> = {
  interfaces: "interface",
  "storage.disks": "disk",
  "storage.volume_groups": "volume group",
};
const OBJECT = /^([a-z_.]+)\["((?:[^"\\]|\\.)*)"\]/;

/** What EnsureServer would change to bring a machine to a phase. */
export function planServer(machine: Machine | undefined, wanted: WantedServer, phase: number): SeenChange[] {
  if (machine?.state === ServerState.HELD && phase !== ServerPhase.RELEASED) {
    throw machineFailed(
      machine.name,
      `machine ${machine.name} is held: ${machine.message || "a person must look at it"}`,
    );
  }
  switch (phase) {
    case ServerPhase.COMMISSIONED: {
      const isThere = machine !== undefined && (isCommissioned(machine) || machine.state === ServerState.COMMISSIONING);
      return isThere && machine.failed?.verb !== "commission"
        ? []
        : [lifecycle(wanted.name, "commission", machine, "ready")];
    }
    case ServerPhase.NETWORK_CONFIGURED:
      return planArea(machine, wanted, machine?.network ?? {});
    case ServerPhase.STORAGE_CONFIGURED:
      return planArea(machine, wanted, machine?.storage ?? {});
    case ServerPhase.DEPLOYED:
      return planDeployed(machine, wanted);
    case ServerPhase.RELEASED:
      return planReleased(machine, wanted);
    default:
      throw invalid("phase", "the call names no phase");
  }
}

function planArea(machine: Machine | undefined, wanted: WantedServer, now: Fields): SeenChange[] {
  const changes = fieldChanges(now, wanted.fields ?? {}, wanted.name);
  const isTaken = machine !== undefined && machine.state === ServerState.DEPLOYED;
  const isOther = isTaken && (wanted.digest ?? "") !== "" && wanted.digest !== machine.digest;
  return isOther || (isTaken && changes.length > 0)
    ? [lifecycle(wanted.name, "release", machine, "ready"), ...changes]
    : changes;
}

function planDeployed(machine: Machine | undefined, wanted: WantedServer): SeenChange[] {
  const { digest = "", fields = {}, tags = [], ownerData = {}, name } = wanted;
  if (digest === "")
    throw invalid("spec.spec_digest", "the specification has no digest, so it could not be told from another one");
  if (machine?.state === ServerState.DEPLOYING && machine.digest === digest) return [];
  const now = machine?.state === ServerState.DEPLOYED ? machine : undefined;
  const changes = fieldChanges(now?.platform ?? {}, fields, name);
  const isInstalled = now !== undefined && now.digest === digest && changes.length === 0;
  changes.push(...annotationChanges(machine, tags, ownerData, name));
  if (isInstalled) return changes;
  const isTaken = machine?.state === ServerState.DEPLOYED || machine?.state === ServerState.DEPLOYING;
  const deploy = lifecycle(name, "deploy", machine, fields.image ?? "deployed");
  return [...(isTaken ? [lifecycle(name, "release", machine, "ready")] : []), deploy, ...changes];
}

function planReleased(machine: Machine | undefined, { name }: WantedServer): SeenChange[] {
  const isTaken =
    machine?.state === ServerState.DEPLOYED ||
    machine?.state === ServerState.DEPLOYING ||
    machine?.state === ServerState.ALLOCATED ||
    (machine?.state === ServerState.FAILED && machine.failed?.verb !== "commission");
  return isTaken ? [lifecycle(name, "release", machine, "ready")] : [];
}

/** The differences of tags and owner data. */
export function annotationChanges(
  machine: Machine | undefined,
  tags: readonly string[],
  ownerData: Fields,
  name: string,
): SeenChange[] {
  const changes: SeenChange[] = [];
  const now = machine?.tags ?? [];
  if (!sameTexts(now, tags)) {
    const [before, after] = [now, tags].map((list) => [...list].sort().join(", ").slice(0, 2048));
    changes.push({ ...changeOf({ field: "tags", before: before ?? "", after: after ?? "" }, name) });
  }
  const had = machine?.ownerData ?? {};
  if (!sameFields(had, ownerData)) {
    for (const each of differences(had, ownerData)) {
      changes.push(changeOf({ ...each, field: `owner_data[${JSON.stringify(each.field)}]` }, name));
    }
  }
  return changes;
}

function fieldChanges(now: Fields, wanted: Fields, name: string): SeenChange[] {
  const found = differences(now, wanted);
  const changes = found.slice(0, MOST - 10).map((each) => changeOf(each, name));
  const left = found.length - changes.length;
  if (left > 0) changes.push(changeOf({ field: "", before: "", after: `${left} more differences` }, name));
  return changes;
}

function changeOf(
  { field, before, after }: { field: string; before: string; after: string },
  name: string,
): SeenChange {
  const action = before === "" ? "create" : after === "" ? "delete" : "update";
  return { object: objectOf(field, name), action, before, after, field, destructive: false };
}

/** What a field belongs to, as people call it: "interface bond0", "disk sda", or the machine. */
function objectOf(field: string, name: string): string {
  const [, list = "", key = ""] = OBJECT.exec(field) ?? [];
  const label = LABELS[list];
  return (label === undefined ? `machine ${name}` : `${label} ${key}`).slice(0, 512);
}

function lifecycle(name: string, action: string, machine: Machine | undefined, after: string): SeenChange {
  const before = machine === undefined || machine.state === ServerState.ABSENT ? "" : stateWord(machine);
  const destructive = action === "release" && (before === "deployed" || before === "deploying");
  return { object: `machine ${name}`, action, before, after, field: action === "deploy" ? "image" : "", destructive };
}
