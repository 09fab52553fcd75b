import { describe, expect, test } from "vitest";
import { ServerPhase, ServerState } from "../../../../gen/bedplate/driver/v1/server_driver_service_pb.js";
import { createWorldLab } from "../testing/world-lab.ts";
import { readSettings } from "./settings.ts";

const { COMMISSIONED, DEPLOYED, STORAGE_CONFIGURED } = ServerPhase;
const names = Array.from({ length: 400 }, (_, index) => `n${index}`);

describe("faults", () => {
  test.each([
    ["busy", "TARGET_BUSY", []],
    ["reject", "TARGET_REJECTED", []],
    ["hang", "hangs", []],
    ["lie_done", "done", []],
    ["lie_failed", "TARGET_REJECTED", ["commission n1"]],
    ["late", "done, late", ["commission n1"]],
  ])("%s", (fault, answer, effects) => {
    const lab = createWorldLab({ [fault]: "commission:100" });
    expect(lab.step(COMMISSIONED)).toBe(answer);
    expect(lab.effects()).toEqual(effects);
    const state = effects.length === 0 ? ServerState.ABSENT : ServerState.READY;
    expect(lab.seen().state).toBe(state);
  });

  test("fail ends in state FAILED; the operation is told, another one may try again", () => {
    const lab = createWorldLab({ fail: "deploy:100", deploy_ms: "10" });
    for (const phase of [COMMISSIONED, STORAGE_CONFIGURED, DEPLOYED]) lab.ensure(phase, {});
    lab.clock.pass(10);
    expect(lab.step(DEPLOYED)).toBe("MACHINE_FAILED");
    expect(lab.seen()).toMatchObject({ state: ServerState.FAILED, message: "deploy failed", digest: "" });
    lab.world.control.setOptions({ fail: "" });
    expect(lab.step(DEPLOYED, {}, { op: "op-again" })).toBe("0 %");
    lab.clock.pass(10);
    expect(lab.step(DEPLOYED, {}, { op: "op-again" })).toBe("done");
  });

  test("strike the share of calls they are set for, the same machines for the same seed in whatever order", () => {
    const struck = (seed: string, order: readonly string[]): string[] => {
      const lab = createWorldLab({ reject: "commission:10", seed });
      return order.filter((name) => lab.step(COMMISSIONED, { name }) === "TARGET_REJECTED").sort();
    };
    const first = struck("1", names);
    expect(first.length).toBeGreaterThan(15);
    expect(first.length).toBeLessThan(75);
    expect(struck("1", [...names].reverse())).toEqual(first);
    expect(struck("2", names)).not.toEqual(first);
  });

  test("a call that failed may succeed when it is repeated", () => {
    const lab = createWorldLab({ busy: "commission:50" });
    const tries = names.map((name) => {
      for (let count = 1; ; count++) if (lab.step(COMMISSIONED, { name }) === "done") return count;
    });
    expect(Math.max(...tries)).toBeGreaterThan(2);
    expect(lab.effects().length).toBe(names.length);
  });

  test("those of an instance strike its calls alone", () => {
    const lab = createWorldLab();
    expect(lab.step(COMMISSIONED, {}, { settings: { hang: "*:100" } })).toBe("hangs");
    expect(lab.step(COMMISSIONED)).toBe("done");
  });

  test("flap and outage take the target away and give it back", () => {
    const lab = createWorldLab({ flap: "1000:500", seed: "0" });
    const words = Array.from({ length: 30 }, () => {
      lab.clock.pass(100);
      return lab.step(COMMISSIONED);
    });
    expect(words.filter((word) => word === "TARGET_UNREACHABLE")).toHaveLength(10);
    lab.world.control.setOptions({ flap: "" });
    lab.world.control.outage(200);
    expect(lab.step(COMMISSIONED)).toBe("TARGET_UNREACHABLE");
    lab.clock.pass(200);
    expect(lab.step(COMMISSIONED)).toBe("done");
  });
});

test.each([
  [{ colour: "green" }, 'the simulator has no option "colour"'],
  [{ deploy_ms: "soon" }, 'option deploy_ms is "soon", not a number from 0 to 86400000'],
  [{ fail: "deploy" }, 'option fail holds "deploy", which isn\'t understood'],
  [{ fail: "deploy:101" }, 'option fail holds "deploy:101", which isn\'t understood'],
  [{ fail: "dance:1" }, 'option fail holds "dance:1", which isn\'t understood'],
  [{ flap: "0:5" }, 'option flap is "0:5", not UP_MS:DOWN_MS'],
  [{ call_in: "perhaps" }, "option call_in is neither true nor false"],
])("options %j are refused", (options, message) => {
  expect(() => readSettings(options as Record<string, string>)).toThrow(message);
});
