import { expect, test } from "vitest";
import type { Action, ActionPlan } from "./action.ts";
import type { MaasWrite } from "./client/request.ts";
import { settle } from "./settle.ts";
import type { Writer } from "./writer.ts";

/** A world of names, in which a thing can be made once the one before it is there. */
function world(obeys: (name: string) => boolean = () => true) {
  const made: string[] = [];
  const wanted = ["fabric", "vlan", "subnet"];
  const plan = (): ActionPlan => {
    const actions = wanted
      .filter((name) => !made.includes(name))
      .map((name): Action => {
        const request: MaasWrite = { method: "POST", path: `${name}/` };
        const isReady = made.length === wanted.indexOf(name);
        return { object: name, action: "create", before: "", after: name, ...(isReady && { request }) };
      });
    return { actions, notes: [] };
  };
  const writer = (most = Number.POSITIVE_INFINITY): Writer => {
    let count = 0;
    return {
      async send({ path }) {
        count += 1;
        const name = path.slice(0, -1);
        if (obeys(name)) made.push(name);
      },
      hasTime: () => count < most,
      get count() {
        return count;
      },
    };
  };
  return { made, writer, area: { observe: async () => made, plan } };
}

test("what one action makes, the next is given", async () => {
  const { made, writer, area } = world();
  const { plan } = await settle(made, area, writer());
  expect(plan.actions).toEqual([]);
  expect(made).toEqual(["fabric", "vlan", "subnet"]);
});

test("when the time is up, what is left is told", async () => {
  const { made, writer, area } = world();
  const { plan } = await settle(made, area, writer(2));
  expect(plan.actions.map(({ object }) => object)).toEqual(["subnet"]);
});

test("a write that MAAS accepts and ignores is an error, not an endless loop", async () => {
  const { made, writer, area } = world((name) => name !== "vlan");
  await expect(settle(made, area, writer())).rejects.toThrow(
    "MAAS accepted to create vlan, but it did not come about (vlan)",
  );
});

test("an action nothing can bring about fails with its reason", async () => {
  const { made, writer, area } = world();
  const blocked: Action = { object: "bond0", action: "create", before: "", after: "", blocked: "MAAS has no fabric x" };
  const stuck = { ...area, plan: (): ActionPlan => ({ actions: [blocked], notes: [] }) };
  await expect(settle(made, stuck, writer())).rejects.toThrow("MAAS has no fabric x");
  expect(made).toEqual([]);
});
