import { Disposition, StepKind } from "../../gen/bedplate/orchestrator/v1/plan_pb.js";
import { stateWord } from "./actions/machine-state.ts";
import type { ServerFacts, SiteChange, SiteObject } from "./node-facts.ts";
import type { PlanStep } from "./plan-step.ts";

/** What a plan was made from, and what it came to. */
export interface PlanWithBasis {
  readonly revision: bigint;
  /** The newest revision of the design at that time. */
  readonly headRevision: bigint;
  readonly steps: readonly PlanStep[];
  /** Objects the plan rests on, by driver instance. */
  readonly objects: ReadonlyMap<string, readonly SiteObject[]>;
  readonly servers: ReadonlyMap<string, ServerFacts>;
}

/** One thing that moved since a plan was approved: what, and how, one line each. */
export interface PlanDifference {
  readonly subject: string;
  readonly message: string;
}

/**
 * What makes an approved plan stale, empty when it may be carried out. A fresh plan may do less than the approved one; it may
 * do nothing the approved one lacks, and every object the approved one rests on must be there as it was. The design must
 * not have moved on, unless the plan was made for an earlier revision on purpose. A machine whose data the approved plan would destroy
 * must be the very one that was seen, with the very installation.
 */
export function comparePlan(approved: PlanWithBasis, fresh: PlanWithBasis): readonly PlanDifference[] {
  return [
    ...movedDesign(approved, fresh),
    ...movedObjects(approved, fresh),
    ...movedMachines(approved, fresh),
    ...newSteps(approved, fresh),
  ];
}

/** The changes of a fresh plan that the approved one lacks, and those whose object is no longer as it was, in words. `node` is whose they are; empty for the site's. */
export function newChanges(
  approved: readonly SiteChange[],
  fresh: readonly SiteChange[],
  node = "",
): readonly PlanDifference[] {
  const known = new Map(approved.map((change) => [changeKey(change), change]));
  const places = Map.groupBy(approved, changePlace);
  const owner = node === "" ? "" : `node ${node}: `;
  return fresh.flatMap((change): PlanDifference[] => {
    const what = `${owner}${change.object}${change.field === "" ? "" : ` (${change.field})`}`;
    const subject = node || change.object;
    const same = known.get(changeKey(change));
    if (same !== undefined) {
      if (node === "" || same.before === change.before) return [];
      return [{ subject, message: `${what}: was ${same.before || "absent"}, is ${change.before || "absent"}` }];
    }
    const [at, ...others] = places.get(changePlace(change)) ?? [];
    const earlier = at === undefined || others.length > 0 ? "" : `, not ${inWords(at)}`;
    return [{ subject, message: `${what}: it would now be changed: ${inWords(change)}${earlier}` }];
  });
}

/** Whether the design moved on since a plan for its newest revision was approved. */
export function movedDesign(approved: PlanWithBasis, fresh: PlanWithBasis): PlanDifference[] {
  const forHead = approved.revision === approved.headRevision;
  if (!forHead || fresh.headRevision === approved.headRevision) return [];
  const message = `the design moved from revision ${approved.headRevision} to ${fresh.headRevision}`;
  return [{ subject: "design", message }];
}

function movedObjects(approved: PlanWithBasis, fresh: PlanWithBasis): PlanDifference[] {
  const differences: PlanDifference[] = [];
  for (const [instance, objects] of approved.objects) {
    const now = new Map((fresh.objects.get(instance) ?? []).map((object) => [objectName(object), object]));
    differences.push(...newObjects(instance, approved, now));
    for (const before of objects) {
      const subject = objectName(before);
      const after = now.get(subject);
      if (after === undefined) differences.push({ subject, message: `${subject}: it is no longer there` });
      else if (after.digest !== before.digest)
        differences.push({ subject, message: `${subject}${givenName(before)}: ${moved(before, after)}` });
    }
  }
  return differences;
}

/** What the approved plan didn't know of and doesn't make, such as a subnet that overlaps one it makes. */
function newObjects(
  instance: string,
  { objects, steps }: PlanWithBasis,
  now: ReadonlyMap<string, SiteObject>,
): PlanDifference[] {
  const expected = new Set((objects.get(instance) ?? []).map(objectName));
  const made: string[] = [];
  for (const step of steps) {
    if (step.kind !== StepKind.PREPARE_SITE || step.driverInstance !== instance) continue;
    for (const { object } of step.changes) expected.add(object);
    for (const { object, action } of step.changes) if (action === "create") made.push(`${object.split(" ").at(-1)}/`);
  }
  // What is made may bring parts with it, such as a fabric its first VLAN.
  const isPart = ({ name }: SiteObject): boolean => made.some((whole) => name.startsWith(whole));
  return [...now]
    .filter(([name, object]) => !expected.has(name) && !isPart(object))
    .map(([name, object]) => ({
      subject: name,
      message: `${name}${givenName(object)}: it is there now, and was not when the plan was made`,
    }));
}

function movedMachines(approved: PlanWithBasis, fresh: PlanWithBasis): PlanDifference[] {
  const nodes = new Set(
    approved.steps
      .filter(({ destructive, kind }) => destructive && kind !== StepKind.PREPARE_SITE)
      .map(({ subject }) => subject),
  );
  return [...nodes].flatMap((node) => {
    const message = movedMachine(node, approved.servers.get(node), fresh.servers.get(node));
    return message === undefined ? [] : [{ subject: node, message }];
  });
}

function movedMachine(
  node: string,
  before: ServerFacts | undefined,
  after: ServerFacts | undefined,
): string | undefined {
  if (before === undefined || after === undefined) return `node ${node}: its machine was not seen`;
  if (before.providerId !== after.providerId) {
    return `node ${node} was machine ${before.providerId || "unknown"}, is machine ${after.providerId || "unknown"}`;
  }
  if (before.state !== after.state) {
    return `node ${node} was ${stateWord(before.state)}, is ${stateWord(after.state)}, and its data was to be destroyed`;
  }
  if (before.specDigest === after.specDigest) return undefined;
  return `node ${node} was installed anew since, and its data was to be destroyed`;
}

/**
 * What a fresh plan would do that the approved one lacks. `worked` says that a job has worked on the nodes since: then what their steps would change in detail is no difference, because the job
 * itself, or what it found on machines nobody knew before, may be the cause.
 */
export function newSteps(approved: PlanWithBasis, fresh: PlanWithBasis, worked = false): PlanDifference[] {
  const before = new Map(approved.steps.map((step) => [step.id, step]));
  return fresh.steps.flatMap((step) => {
    const known = before.get(step.id);
    const states = stateChange(step.subject, approved, fresh);
    if (known === undefined) return [{ subject: step.id, message: `${step.id}: a step the plan lacked${states}` }];
    if (step.disposition === Disposition.CHANGE && known.disposition !== Disposition.CHANGE) {
      return [{ subject: step.subject, message: `${step.id}: it was up to date and now has something to do${states}` }];
    }
    if (step.destructive && !known.destructive) {
      return [{ subject: step.subject, message: `${step.id}: it would now destroy data${states}` }];
    }
    if (step.kind === StepKind.PREPARE_SITE) return newChanges(known.changes, step.changes);
    return worked ? [] : newChanges(known.changes, step.changes, step.subject);
  });
}

function stateChange(node: string, approved: PlanWithBasis, fresh: PlanWithBasis): string {
  const [before, after] = [approved.servers.get(node), fresh.servers.get(node)];
  if (before === undefined || after === undefined) return "";
  if (before.state !== after.state)
    return ` (node ${node} was ${stateWord(before.state)}, is ${stateWord(after.state)})`;
  return before.specDigest === after.specDigest ? "" : ` (node ${node} was deployed with another specification since)`;
}

function moved(before: SiteObject, after: SiteObject): string {
  const [was, is] = [partsOf(before), partsOf(after)];
  const gone = was.filter((part) => !is.includes(part));
  const come = is.filter((part) => !was.includes(part));
  if (gone.length === 0 && come.length === 0) return "it changed in something its summary doesn't show";
  return `was ${gone.join(", ") || "without"}, is ${come.join(", ") || "without"}`;
}

/** What people call an object that is known by something else, such as a subnet's name beside its block. */
function givenName(object: SiteObject): string {
  const name = partsOf(object)
    .find((part) => /^name[ =]/.test(part))
    ?.slice("name ".length);
  return name === undefined || object.name.includes(name) ? "" : ` (${name})`;
}

/** The parts of a summary such as `dns_servers=10.1.0.2; mtu=1500`, so that a difference names only what differs. */
function partsOf({ summary }: SiteObject): readonly string[] {
  return summary.split(/[;,] +/).filter((part) => part !== "");
}

function objectName({ type, name }: SiteObject): string {
  return `${type} ${name}`;
}

function changeKey({ object, action, after, field }: SiteChange): string {
  return JSON.stringify([object, action, after, field]);
}

function changePlace({ object, action, field }: SiteChange): string {
  return JSON.stringify([object, action, field]);
}

function inWords({ action, before, after }: SiteChange): string {
  if (before === "" && after === "") return action;
  return `${action} ${[before, after].filter((text) => text !== "").join(" → ")}`;
}
