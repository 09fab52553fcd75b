import { VERBS, type Verb } from "./calls.ts";
import { invalid } from "./refusal.ts";

/** How a world behaves: times and faults, of the world itself and of a driver instance. */
export interface Settings {
  readonly seed: number;
  readonly callIn: boolean;
  /** How long every answer is held back, in milliseconds. */
  readonly latencyMs: number;
  /** How long a verb takes, in milliseconds. */
  ms(verb: Verb): number;
  /** By how much a verb's time varies, 0 to 1. */
  readonly spread: number;
  /** Percent of a verb's calls a fault strikes. */
  percent(fault: Fault, verb: Verb): number;
  /** Whether any fault is set at all. */
  readonly faulty: boolean;
  /** Reachable for so long, then not for so long, in milliseconds; both 0 for always. */
  readonly flap: { readonly upMs: number; readonly downMs: number };
}

/** Faults that strike a share of a verb's calls. */
export const FAULTS = ["busy", "reject", "fail", "hang", "lie_done", "lie_failed", "late"] as const;

/** One of those faults. */
export type Fault = (typeof FAULTS)[number];

const SHARE = "a share of a verb's calls in percent, such as deploy:5 or *:1,commission:10";
const TIME = "in milliseconds; 0 by default";

/** The options of a driver instance, and of a world, with what each does. */
export const OPTIONS: ReadonlyMap<string, string> = new Map([
  ["seed", "number that decides which calls faults strike; 1 by default"],
  ["speed", "divides all times, such as 10; 1 by default"],
  ["spread", "by how much times vary from machine to machine, in percent; 0 by default"],
  ["commission_ms", `how long a machine takes to be commissioned, ${TIME}`],
  ["network_ms", `how long configuring interfaces takes, ${TIME}`],
  ["storage_ms", `how long configuring disks takes, ${TIME}`],
  ["deploy_ms", `how long an installation takes, ${TIME}`],
  ["release_ms", `how long giving a machine back takes, ${TIME}`],
  ["power_ms", `how long switching power takes, ${TIME}`],
  ["annotate_ms", `how long writing tags and owner data takes, ${TIME}`],
  ["site_ms", `how long configuring networks and tags takes, ${TIME}`],
  ["ports_ms", `how long configuring switch ports takes, ${TIME}`],
  ["latency_ms", `how long every answer is held back, ${TIME}`],
  ["call_in", "whether a deployed machine reports that it is ready: true (the default) or false"],
  ["busy", `answers TARGET_BUSY and does nothing: ${SHARE}`],
  ["reject", `answers TARGET_REJECTED and does nothing: ${SHARE}`],
  ["fail", `begins, and ends in state FAILED: ${SHARE}, of commission, deploy and release`],
  ["hang", `does nothing and never answers: ${SHARE}`],
  ["lie_done", `does nothing and says that it is done: ${SHARE}`],
  ["lie_failed", `does what it is asked and says that it failed: ${SHARE}`],
  ["late", `does what it is asked and answers after the deadline: ${SHARE}`],
  ["slow", "multiplies the time of verbs, such as deploy:10 or *:3"],
  [
    "flap",
    "UP_MS:DOWN_MS: the target can be reached for so long, then not for so long, and so on; never down by default",
  ],
]);

/** Options by name, as they are given. */
export type OptionValues = Readonly<Record<string, string>>;

const LONGEST_MS = 24 * 3_600_000;
const KEPT = 64;

/** Reads options, those of the world overridden by those of an instance; the same texts give the same settings at no cost. */
export function createSettingsReader(world: () => OptionValues): (instance: string | undefined) => Settings {
  const known = new Map<string, Settings>();
  let mine: OptionValues | undefined;
  return (instance = "") => {
    const options = world();
    if (options !== mine) known.clear();
    mine = options;
    const found = known.get(instance);
    if (found !== undefined) return found;
    const settings = readSettings({ ...options, ...optionsOf(instance) });
    if (known.size >= KEPT) known.clear();
    known.set(instance, settings);
    return settings;
  };
}

function optionsOf(text: string): OptionValues {
  return text === "" ? {} : (JSON.parse(text) as OptionValues);
}

/** Reads and checks options. INVALID_ARGUMENT names the first that isn't known or isn't understood. */
export function readSettings(options: OptionValues): Settings {
  for (const name in options) {
    if (!OPTIONS.has(name)) {
      throw invalid(
        pathOf(name),
        `the simulator has no option "${name}"`,
        `it knows ${[...OPTIONS.keys()].join(", ")}`,
      );
    }
  }
  const number = (name: string, fallback: number, least: number, most: number): number => {
    const text = options[name];
    const value = text === undefined ? fallback : text === "" ? Number.NaN : Number(text);
    if (value >= least && value <= most) return value;
    throw invalid(pathOf(name), `option ${name} is ${JSON.stringify(text)}, not a number from ${least} to ${most}`);
  };
  const speed = number("speed", 1, 0.001, 1_000_000);
  const slow = byVerb(options, "slow", 1, 1_000_000);
  const times = new Map<Verb, number>();
  for (const verb of VERBS) {
    const name = `${verb === "reset" || verb === "boot" ? "power" : verb}_ms`;
    const ms = OPTIONS.has(name) ? number(name, 0, 0, LONGEST_MS) : 0;
    times.set(verb, Math.min(LONGEST_MS, (ms * (slow.get(verb) ?? 1)) / speed));
  }
  const shares = new Map(FAULTS.map((fault) => [fault, byVerb(options, fault, 0, 100)]));
  const callIn = options.call_in ?? "true";
  if (callIn !== "true" && callIn !== "false")
    throw invalid(pathOf("call_in"), "option call_in is neither true nor false");
  return {
    seed: number("seed", 1, -Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER),
    callIn: callIn === "true",
    latencyMs: number("latency_ms", 0, 0, LONGEST_MS),
    spread: number("spread", 0, 0, 100) / 100,
    ms: (verb) => times.get(verb) ?? 0,
    percent: (fault, verb) => shares.get(fault)?.get(verb) ?? 0,
    faulty: FAULTS.some((fault) => options[fault] !== undefined),
    flap: flapOf(options.flap),
  };
}

function byVerb(options: OptionValues, name: string, least: number, most: number): Map<Verb, number> {
  const found = new Map<Verb, number>();
  const text = options[name] ?? "";
  if (text === "") return found;
  for (const part of text.split(",")) {
    const [, word = "", digits = ""] = /^\s*([a-z*]+):([0-9.]+)%?\s*$/.exec(part) ?? [];
    const value = digits === "" ? Number.NaN : Number(digits);
    const verbs = word === "*" ? VERBS : VERBS.filter((verb) => verb === word);
    if (verbs.length === 0 || !(value >= least && value <= most)) {
      const hint = `write VERB:NUMBER, from ${least} to ${most}; verbs are ${VERBS.join(", ")}, or * for all`;
      throw invalid(pathOf(name), `option ${name} holds ${JSON.stringify(part)}, which isn't understood`, hint);
    }
    for (const verb of verbs) found.set(verb, value);
  }
  return found;
}

function flapOf(text: string | undefined): Settings["flap"] {
  if (text === undefined || text === "") return { upMs: 0, downMs: 0 };
  const [, up, down] = /^(\d{1,8}):(\d{1,8})$/.exec(text) ?? [];
  if (up === undefined || Number(up) === 0)
    throw invalid(pathOf("flap"), `option flap is ${JSON.stringify(text)}, not UP_MS:DOWN_MS`);
  return { upMs: Number(up), downMs: Number(down) };
}

function pathOf(name: string): string {
  return `target.options[${JSON.stringify(name)}]`;
}
