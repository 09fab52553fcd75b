import { expect, test } from "vitest";
import { LayerRole } from "../../gen/bedplate/design/v1/item_pb.js";
import type { Diagnostic } from "../../src/design/diagnostic.ts";
import type { DesignValidator } from "../../src/state/validators.ts";
import { failureOf } from "../support/failure-of.ts";
import {
  commitTo,
  nodeDocument,
  type StateClient,
  smallSite,
  stateClient,
  withState,
} from "../support/state-service.ts";

/** Runs work with a state service whose designs are looked at by a validator. */
function withValidator(
  check: (
    design: Parameters<DesignValidator["check"]>[0],
    plain: StateClient,
  ) => readonly Diagnostic[] | Promise<readonly Diagnostic[]>,
  work: (client: StateClient, plain: StateClient) => Promise<void>,
): Promise<void> {
  return withState((plain, database) => {
    const validator: DesignValidator = { check: async (design) => check(design, plain) };
    return work(stateClient(database, undefined, undefined, [validator]), plain);
  });
}

const finding = (name: string, rule = "no-such-name"): Diagnostic => ({
  ...{ rule, severity: "error", message: "the name is not ours", kind: "Node", name, related: [] },
});

test("what a validator finds makes a revision invalid, and is kept with it", () =>
  withValidator(
    ({ items }) => (items.has("Node/n001") ? [finding("n001")] : []),
    async (client) => {
      const bad = await commitTo(client, "site", smallSite(2));
      expect(bad.revision).toMatchObject({ number: 1n, valid: false, errorCount: 1 });
      expect(bad.diagnostics.filter(({ rule }) => rule === "no-such-name")).toMatchObject([
        { rule: "no-such-name", name: "n001" },
      ]);
      const good = await commitTo(client, "site", [], { deletions: [{ kind: "Node", name: "n001" }] });
      expect(good.revision).toMatchObject({ number: 2n, valid: true, errorCount: 0 });
      expect(good.diagnostics.some(({ rule }) => rule === "no-such-name")).toBe(false);
    },
  ));

test("a validator looks at a design between transactions: others read and write meanwhile", () => {
  let looks = 0;
  return withValidator(
    async ({ items }, plain) => {
      looks++;
      // A change from elsewhere comes between the first look and the writing.
      if (looks === 2) await commitTo(plain, "elsewhere", [nodeDocument(7)]);
      const nodes = [...items.values()].filter(({ kind }) => kind === "Node");
      return nodes.map(({ name }) => finding(name));
    },
    async (client) => {
      await commitTo(client, "site", smallSite(1));
      const layer = { name: "site", role: LayerRole.UNSPECIFIED, rank: 17 };
      const { revision } = await client.putLayer({ design: "lab", layer });
      expect(revision).toMatchObject({ number: 3n, valid: false, errorCount: 2 });
      expect(looks).toBe(3);
    },
  );
});

test("a change whose design moved while validators looked at it is refused", () => {
  let looks = 0;
  return withValidator(
    async (_, plain) => {
      if (++looks === 1) await commitTo(plain, "elsewhere", [nodeDocument(7)]);
      return [];
    },
    async (client) => {
      expect((await failureOf(commitTo(client, "site", smallSite(1)))).code).toBe("Aborted");
    },
  );
});

test("a layer that is set is looked at, too; content that is the head's is not", () => {
  let looks = 0;
  return withValidator(
    () => {
      looks++;
      return [finding("n000")];
    },
    async (client) => {
      await commitTo(client, "site", smallSite(1));
      expect(looks).toBe(1);
      await commitTo(client, "site", smallSite(1));
      expect(looks).toBe(1);
      const layer = { name: "site", role: LayerRole.UNSPECIFIED, rank: 17 };
      const { revision } = await client.putLayer({ design: "lab", layer });
      expect(revision).toMatchObject({ number: 2n, valid: false, errorCount: 1 });
      expect(looks).toBe(2);
    },
  );
});

test("a design that changes at every look is given up", () => {
  let round = 0;
  return withValidator(
    async (_, plain) => {
      await plain.putLayer({ design: "lab", layer: { name: "other", role: LayerRole.UNSPECIFIED, rank: ++round } });
      return [];
    },
    async (client) => {
      await client.createDesign({ design: "lab" });
      const error = await failureOf(
        client.putLayer({ design: "lab", layer: { name: "site", role: LayerRole.UNSPECIFIED, rank: 5 } }),
      );
      expect(error.code).toBe("Aborted");
      expect(round).toBe(6);
    },
  );
});

test("what a validator finds about a single item refuses the change, unless it was there before", () =>
  withValidator(
    ({ items }) => ["n001", "n002"].filter((name) => items.has(`Node/${name}`)).map((name) => finding(name)),
    async (client, plain) => {
      await commitTo(client, "site", smallSite(1));
      const { kind = "", name = "", spec } = nodeDocument(1);
      const document = { kind, name, ...(spec && { spec }) };
      const change = { design: "lab", layer: "manual", document };
      expect(await failureOf(client.createItem(change))).toMatchObject({ reason: "DESIGN_INVALID" });
      expect(await failureOf(client.createItem({ ...change, validateOnly: true }))).toMatchObject({
        reason: "DESIGN_INVALID",
      });
      expect((await plain.getDesign({ design: "lab" })).design?.revision).toBe(1n);
      const forced = await client.createItem({ ...change, allowInvalid: true });
      expect(forced.revision).toMatchObject({ number: 2n, valid: false });
      const other = { kind: "Rack", name: "r1", spec: {} };
      expect(await client.createItem({ ...change, document: other })).toMatchObject({ changed: true });
    },
  ));
