import { expect, test } from "vitest";
import { PowerState, ServerPhase } from "../../gen/bedplate/driver/v1/server_driver_service_pb.js";
import type { EnsureResult } from "../../gen/bedplate/driver/v1/target_pb.js";
import { failureOf } from "../support/failure-of.ts";
import { type Lab, labMachine, newOperation, type ServerInit, startLab } from "./maas-lab.ts";

/** Every state of the API page, and one that only a later MAAS may have. */
const STATES = [...Array.from({ length: 23 }, (_, status) => status), 99];

const SPEC: ServerInit = {
  identity: { name: "sim-1", bootMac: "52:54:00:00:01:01" },
  oob: { type: "ipmi", address: "10.99.0.1", account: "bedplate", credential: "bmc-secret", driverOwnsPower: true },
  image: "noble",
  ownerData: { rack: "r1" },
  specDigest: "c".repeat(64),
};

/** What one call comes to, by the state the machine is in: nothing left to do, MAAS waited for, requests sent, or a refusal. */
interface Expected {
  readonly done?: readonly number[];
  readonly wait?: readonly number[];
  readonly [sentOrRefused: string]: readonly number[] | undefined;
}

interface Row {
  readonly name: string;
  /** What the machine's power reads before. */
  readonly power?: string;
  readonly expected: Expected;
  call(lab: Lab): Promise<{ readonly result?: EnsureResult | undefined }>;
}

const HELD = [3, 7, 8, 16, 17, 18, 19, 20, 99];

/** What is told of a machine that must be free, by every phase that configures or installs one. */
const MUST_BE_FREE = {
  wait: [1, 12, 14, 21],
  TARGET_REJECTED: [0, 2, 22],
  CONSENT_REQUIRED: [6],
  OPERATION_IN_PROGRESS: [9],
  "release: wait": [11, 13, 15],
  MACHINE_FAILED: [3, 5, 7, 8, 16, 17, 18, 19, 20, 99],
} satisfies Expected;

function phase(of: ServerPhase, allowDestroy: boolean): Row["call"] {
  return ({ driver, target }) =>
    driver.server.ensureServer({ target, spec: SPEC, phase: of, allowDestroy, operation: operation() });
}

const operation = () => ({ operationId: newOperation(), precondition: "" });
const server = { name: "sim-1", bootMac: "52:54:00:00:01:01" };
const switching =
  (power: PowerState): Row["call"] =>
  ({ driver, target }) =>
    driver.server.ensureServerPower({ target, server, power, operation: operation() });
const rescuing =
  (rescue: boolean): Row["call"] =>
  ({ driver, target }) =>
    driver.server.ensureServerRescue({ target, server, rescue, operation: operation() });

const ROWS: readonly Row[] = [
  {
    name: "commission",
    call: phase(ServerPhase.COMMISSIONED, true),
    expected: {
      "commission: wait": [0, 2],
      wait: [1, 21],
      done: [4, 5, 6, 9, 10, 11, 12, 13, 14, 15],
      MACHINE_FAILED: [...HELD, 22],
    },
  },
  {
    name: "configure the network",
    call: phase(ServerPhase.NETWORK_CONFIGURED, false),
    expected: { ...MUST_BE_FREE, done: [4, 10] },
  },
  {
    name: "configure the storage",
    call: phase(ServerPhase.STORAGE_CONFIGURED, false),
    expected: { ...MUST_BE_FREE, done: [4, 10] },
  },
  {
    name: "deploy",
    call: phase(ServerPhase.DEPLOYED, false),
    expected: {
      ...MUST_BE_FREE,
      "allocate, set_workload_annotations, deploy: wait": [4],
      "set_workload_annotations, deploy: wait": [10],
    },
  },
  {
    name: "deploy with consent",
    call: phase(ServerPhase.DEPLOYED, true),
    expected: {
      ...MUST_BE_FREE,
      CONSENT_REQUIRED: [],
      "release: wait": [6, 11, 13, 15],
      "allocate, set_workload_annotations, deploy: wait": [4],
      "set_workload_annotations, deploy: wait": [10],
    },
  },
  {
    name: "release",
    call: phase(ServerPhase.RELEASED, false),
    expected: {
      done: [0, 1, 2, 4, 21, 22],
      wait: [12, 14],
      CONSENT_REQUIRED: [6, 8, 9],
      "release: wait": [5, 10, 11, 13, 15],
      MACHINE_FAILED: HELD.filter((status) => status !== 8),
    },
  },
  {
    name: "release with consent",
    call: phase(ServerPhase.RELEASED, true),
    expected: {
      done: [0, 1, 2, 4, 21, 22],
      wait: [12, 14],
      "release: wait": [5, 6, 8, 9, 10, 11, 13, 15],
      MACHINE_FAILED: HELD.filter((status) => status !== 8),
    },
  },
  {
    name: "power on",
    power: "off",
    call: switching(PowerState.ON),
    expected: { "power_on: wait": [6, 10], TARGET_REJECTED: STATES.filter((status) => status !== 6 && status !== 10) },
  },
  {
    name: "power off",
    power: "on",
    call: switching(PowerState.OFF),
    expected: { "power_off: wait": STATES.filter((status) => status !== 99), TARGET_REJECTED: [99] },
  },
  {
    name: "rescue",
    call: rescuing(true),
    expected: {
      done: [16],
      wait: [17, 19],
      "rescue_mode: wait": [0, 2, 4, 6, 8, 10, 11, 15, 18, 22],
      MACHINE_FAILED: [20],
      TARGET_REJECTED: [1, 3, 5, 7, 9, 12, 13, 14, 21, 99],
    },
  },
  {
    name: "leave rescue",
    call: rescuing(false),
    expected: {
      wait: [17, 19],
      "exit_rescue_mode: wait": [16, 18, 20],
      done: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 21, 22],
      TARGET_REJECTED: [99],
    },
  },
  {
    name: "annotate",
    call: ({ driver, target }) => driver.server.ensureAnnotations({ target, spec: SPEC, operation: operation() }),
    expected: {
      "set_workload_annotations, set_workload_annotations: done": [6],
      TARGET_REJECTED: STATES.filter((status) => status !== 6),
    },
  },
];

test("every phase and operation, from every state", async () => {
  const lab = await startLab([labMachine(1)]);
  await lab.phase(SPEC, ServerPhase.COMMISSIONED);
  for (const { name, power, expected, call } of ROWS) {
    const found: Record<string, number[]> = {};
    for (const status of STATES) {
      await lab.meddle("machines/sim-1/state", { status: "ready" });
      await lab.meddle("machines/sim-1/state", { status, previous: "ready", ...(power !== undefined && { power }) });
      const before = (await lab.ledger()).length;
      const outcome = await outcomeOf(call(lab));
      const sent = (await lab.ledger()).slice(before).map(({ op, method }) => op ?? method);
      const key = sent.length === 0 ? outcome : `${sent.join(", ")}: ${outcome}`;
      found[key] = [...(found[key] ?? []), status];
    }
    const wanted = Object.entries(expected).filter(([, states]) => (states ?? []).length > 0);
    const sorted = wanted.map(([key, states]) => [key, [...(states ?? [])].sort(byNumber)]);
    expect({ [name]: found }).toEqual({ [name]: Object.fromEntries(sorted) });
    expect(wanted.flatMap(([, states]) => states ?? []).sort(byNumber)).toEqual(STATES);
  }
}, 120_000);

async function outcomeOf(call: Promise<{ readonly result?: EnsureResult | undefined }>): Promise<string> {
  try {
    const { result } = await call;
    return result?.outcome.case === "done" ? "done" : "wait";
  } catch (error) {
    const { reason } = await failureOf(Promise.reject(error));
    return reason;
  }
}

function byNumber(a: number, b: number): number {
  return a - b;
}
