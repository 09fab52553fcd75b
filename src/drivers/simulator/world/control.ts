import { PowerState, ServerState } from "../../../../gen/bedplate/driver/v1/server_driver_service_pb.js";
import { ErrorReason } from "../../../../gen/bedplate/type/v1/error_pb.js";
import type { CallInCounts, CallIns } from "./call-in.ts";
import type { Verb } from "./calls.ts";
import type { Fields } from "./fields.ts";
import { isListed, type Machine, stateWord } from "./machine.ts";
import { CODE, invalid, Refusal } from "./refusal.ts";
import type { OptionValues, Settings } from "./settings.ts";
import { abort, clear, note, sign } from "./stage.ts";
import type { Works } from "./works.ts";

/** Where a world is. */
export interface WorldState {
  readonly machines: number;
  /** Machines by state, such as "deployed". */
  readonly states: Readonly<Record<string, number>>;
  readonly ledger: number;
  readonly callIns: CallInCounts;
  readonly options: OptionValues;
}

/** A machine with everything that is set of it; no token is part of it. */
export interface MachineView {
  readonly name: string;
  readonly id: string;
  readonly state: string;
  readonly message: string;
  readonly power: string;
  readonly digest: string;
  readonly fields: Fields;
  readonly tags: readonly string[];
  readonly ownerData: Fields;
}

/** Things a hand can do to a machine. */
export const HANDS = ["release", "hold", "free", "fail", "power-on", "power-off", "forget"] as const;

/** One of them. */
export type Hand = (typeof HANDS)[number];

/** What is done to a world behind the drivers' backs. Refusals are INVALID_ARGUMENT or NOT_FOUND, thrown. */
export interface WorldControl {
  state(): WorldState;
  /** Machines in order of their names, after a name, at most so many. */
  machines(after: string, limit: number): MachineView[];
  machine(name: string): MachineView;
  /** Changes one field of a machine: a path as plans name it, such as `interfaces["bond0"].link.mtu`, `kernel_params["quiet"]`, `tags` or `owner_data["rack"]`. An empty value takes it away. */
  drift(name: string, field: string, value: string): void;
  hand(name: string, hand: Hand): void;
  /** Changes an object of the site, such as ("subnet", "10.1.0.0/24"); undefined takes it away. */
  changeSite(type: string, name: string, fields: Fields | undefined): void;
  /** Sets options beside those that are set; an empty value takes one back to its default. */
  setOptions(options: OptionValues): void;
  /** Nothing can be reached for so long. */
  outage(ms: number): void;
}

/** What control needs beside the works. */
export interface ControlTools {
  readonly callIns: CallIns;
  readonly outage: { until: number };
  readonly settings: () => Settings;
  readonly options: () => OptionValues;
  readonly setOptions: (options: OptionValues) => void;
}

const HAND = { id: "hand", precondition: "", driver: 0 } as const;

/** Makes the control of a world. */
export function createWorldControl(works: Works, tools: ControlTools): WorldControl {
  const { stage } = works;
  const known = (name: string): Machine => {
    const machine = works.find(name);
    if (machine !== undefined && isListed(machine)) return machine;
    throw new Refusal({
      code: CODE.NOT_FOUND,
      reason: ErrorReason.NOT_FOUND,
      message: `there is no machine ${name}`,
      subject: name,
    });
  };
  const write = (machine: Machine, verb: Verb, work: () => void): void => {
    sign(machine, `hand ${machine.version}`);
    work();
    note(stage, { node: machine.name, verb, operation: HAND }, true);
    stage.changed(machine);
  };

  return {
    state() {
      const states: Record<string, number> = {};
      let count = 0;
      for (const machine of works.machines.values()) {
        if (!isListed(machine)) continue;
        works.find(machine.name);
        count += 1;
        const word = stateWord(machine);
        states[word] = (states[word] ?? 0) + 1;
      }
      const { last } = stage.ledger.read(0, 0);
      return { machines: count, states, ledger: last, callIns: tools.callIns.counts(), options: tools.options() };
    },
    machines(after, limit) {
      const names = [...works.machines.values()].filter(isListed).map(({ name }) => name);
      return names
        .sort()
        .filter((name) => name > after)
        .slice(0, limit)
        .map((name) => view(known(name)));
    },
    machine: (name) => view(known(name)),
    drift(name, field, value) {
      const machine = known(name);
      const area = areaOf(field);
      write(machine, area === "annotations" ? "annotate" : area === "platform" ? "deploy" : area, () => {
        if (field === "tags") machine.tags = value === "" ? [] : value.split(",").map((tag) => tag.trim());
        else if (area === "annotations") machine.ownerData = withField(machine.ownerData, keyOf(field), value);
        else machine[area] = withField(machine[area], field, value);
      });
    },
    hand(name, hand) {
      const machine = known(name);
      switch (hand) {
        case "release":
          return write(machine, "release", () => {
            abort(machine);
            stage.stopped(machine);
            clear(machine);
          });
        case "hold":
        case "free":
        case "fail":
          return write(machine, "observe", () => {
            abort(machine);
            machine.state =
              hand === "hold" ? ServerState.HELD : hand === "fail" ? ServerState.FAILED : ServerState.READY;
            machine.message = hand === "free" ? "" : "by hand";
            machine.failed = hand === "fail" ? { verb: "deploy", operationId: "hand" } : undefined;
          });
        case "power-on":
        case "power-off":
          return write(machine, "power", () => {
            machine.power = hand === "power-on" ? PowerState.ON : PowerState.OFF;
          });
        case "forget":
          return write(machine, "release", () => {
            abort(machine);
            stage.stopped(machine);
            clear(machine);
            Object.assign(machine, {
              state: ServerState.ABSENT,
              network: {},
              storage: {},
              tags: [],
              hardware: undefined,
            });
          });
      }
    },
    changeSite: (type, name, fields) => works.site.change(type, name, fields),
    setOptions(options) {
      const merged = Object.entries({ ...tools.options(), ...options }).filter(([, value]) => value !== "");
      tools.setOptions(Object.fromEntries(merged));
    },
    outage(ms) {
      tools.outage.until = stage.clock.now() + ms;
    },
  };
}

function areaOf(field: string): "network" | "storage" | "platform" | "annotations" {
  if (field.startsWith("interfaces[")) return "network";
  if (field.startsWith("storage.")) return "storage";
  if (field === "tags" || field.startsWith("owner_data[")) return "annotations";
  if (/^(?:image|kernel|fqdn|architecture|primary_network|kernel_params\[".*"\])$/.test(field)) return "platform";
  const hint =
    'write a path as a plan names it, such as interfaces["bond0"].link.mtu, kernel_params["quiet"], tags or owner_data["rack"]';
  throw invalid("field", `a machine has no field ${field}`, hint);
}

function keyOf(field: string): string {
  try {
    return String(JSON.parse(field.slice("owner_data[".length, -1)));
  } catch {
    throw invalid("field", `${field} is no path of owner data`, 'write owner_data["KEY"]');
  }
}

function withField(fields: Fields, field: string, value: string): Fields {
  const next = { ...fields, [field]: value };
  if (value === "") delete next[field];
  return next;
}

function view(machine: Machine): MachineView {
  const { name, id, message, power, digest, network, storage, platform, tags, ownerData } = machine;
  const fields = { ...network, ...storage, ...platform };
  const word = (PowerState[power] ?? "unknown").toLowerCase();
  return { name, id, state: stateWord(machine), message, power: word, digest, fields, tags, ownerData };
}
