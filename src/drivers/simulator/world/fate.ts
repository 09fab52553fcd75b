import { ServerPhase } from "../../../../gen/bedplate/driver/v1/server_driver_service_pb.js";
import { ErrorReason } from "../../../../gen/bedplate/type/v1/error_pb.js";
import type { SeenResult, Verb, WorldFailure, WorldQuestion } from "./calls.ts";
import { chance } from "./chance.ts";
import { seenServer } from "./machine.ts";
import { CODE } from "./refusal.ts";
import type { Fault, Settings } from "./settings.ts";
import { tokenOf } from "./stage.ts";
import type { Works } from "./works.ts";

/** What becomes of one call when faults are set. */
export type Fate =
  | { readonly kind: "hang" }
  | { readonly kind: "refuse"; readonly failure: WorldFailure }
  | { readonly kind: "lie-done"; readonly answer: SeenResult }
  | { readonly kind: "lie-failed"; readonly failure: WorldFailure; readonly fails: (verb: Verb) => boolean }
  | { readonly kind: "act"; readonly late: boolean; readonly fails: (verb: Verb) => boolean };

const PHASE_VERBS: Readonly<Record<number, Verb>> = {
  [ServerPhase.COMMISSIONED]: "commission",
  [ServerPhase.NETWORK_CONFIGURED]: "network",
  [ServerPhase.STORAGE_CONFIGURED]: "storage",
  [ServerPhase.DEPLOYED]: "deploy",
  [ServerPhase.RELEASED]: "release",
};

/** Decides what becomes of a call; the same for the same seed, whatever else is asked in between. */
export function fateOf(works: Works, question: WorldQuestion, settings: Settings): Fate | undefined {
  const verb = verbOf(question);
  if (verb === undefined) return undefined;
  const node = nodeOf(question);
  const isWrite = "operation" in question;
  const subject = works.open(node);
  const count = (subject.asked[verb] ?? 0) + 1;
  subject.asked[verb] = count;
  const strikes = (fault: Fault, of: Verb = verb, nth = count): boolean => {
    const percent = settings.percent(fault, of);
    return percent > 0 && chance(settings.seed, fault, of, node, nth) * 100 < percent;
  };
  if (strikes("hang")) return { kind: "hang" };
  if (strikes("busy"))
    return refuse(
      CODE.UNAVAILABLE,
      ErrorReason.TARGET_BUSY,
      node,
      `the simulator is busy and won't ${verb} ${node} now`,
      100,
    );
  if (strikes("reject"))
    return refuse(CODE.FAILED_PRECONDITION, ErrorReason.TARGET_REJECTED, node, `the simulator won't ${verb} ${node}`);
  if (!isWrite) return { kind: "act", late: strikes("late"), fails: () => false };
  if (strikes("lie_done")) return { kind: "lie-done", answer: lie(works, question, node) };
  const fails = (of: Verb): boolean => {
    const nth = (subject.asked[`fail ${of}`] ?? 0) + 1;
    subject.asked[`fail ${of}`] = nth;
    return strikes("fail", of, nth);
  };
  if (strikes("lie_failed")) {
    const { failure } = refuse(
      CODE.FAILED_PRECONDITION,
      ErrorReason.TARGET_REJECTED,
      node,
      `${verb} of ${node} failed, says the simulator`,
    );
    return { kind: "lie-failed", failure, fails };
  }
  return { kind: "act", late: strikes("late"), fails };
}

function refuse(code: number, reason: ErrorReason, subject: string, message: string, retryMs?: number) {
  const failure: WorldFailure = { code, reason, message, subject, ...(retryMs !== undefined && { retryMs }) };
  return { kind: "refuse", failure } as const;
}

function lie(works: Works, question: WorldQuestion, node: string): SeenResult {
  const machine = works.find(node);
  const subject = machine ?? { version: 0, writer: "", writerFrom: 0 };
  const token = "operation" in question ? question.operation.precondition || tokenOf(works.stage, subject) : "";
  const answer = { done: true, changed: true, message: "all is as wanted", retryMs: 0, percent: 100, token };
  return question.do === "ensure" || question.do === "power"
    ? { ...answer, seen: seenServer(node, machine, token) }
    : answer;
}

function verbOf(question: WorldQuestion): Verb | undefined {
  switch (question.do) {
    case "ensure":
      return PHASE_VERBS[question.phase];
    case "power":
    case "reset":
    case "boot":
    case "annotate":
      return question.do;
    case "ensureSite":
      return "site";
    case "ensurePorts":
      return "ports";
    case "observe":
    case "observeSite":
    case "observePorts":
    case "getPower":
    case "hardware":
      return "observe";
    case "plan":
    case "planSite":
    case "planPorts":
      return "plan";
    default:
      return undefined;
  }
}

/** What a call is about: a machine, or the target as a whole under a name no machine has. */
function nodeOf(question: WorldQuestion): string {
  switch (question.do) {
    case "ensure":
      return question.server.name;
    case "ensurePorts":
    case "planPorts":
      return question.ports.name;
    case "power":
    case "reset":
    case "boot":
    case "annotate":
    case "getPower":
    case "hardware":
      return question.name;
    case "ensureSite":
      return `site:${question.site}`;
    default:
      return "*";
  }
}
