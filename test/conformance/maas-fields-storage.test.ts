import { readFileSync } from "node:fs";
import { join } from "node:path";
import { create } from "@bufbuild/protobuf";
import { expect, test } from "vitest";
import { ServerPhase } from "../../gen/bedplate/driver/v1/server_driver_service_pb.js";
import { ServerSpecSchema, StorageSpecSchema } from "../../gen/bedplate/driver/v1/server_spec_pb.js";
import { loadDesign } from "../../src/cli/load-design.ts";
import { createDesignView } from "../../src/plan/design-view.ts";
import { createServerSpecs } from "../../src/plan/driver-spec/server-spec.ts";
import { type ServerInit, startLab } from "./maas-lab.ts";
import { checkStorage, fieldsOf, keyOf, ROWS, readStorage } from "./storage-fields.ts";

const site = join(import.meta.dirname, "fixtures/fields-site");

test("what MAAS has of storage is the design, field by field", async () => {
  expect(Object.keys(ROWS).sort()).toEqual(fieldsOf(StorageSpecSchema).map(keyOf).sort());
  const { evaluation, diagnostics } = await loadDesign([site]);
  expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  const view = createDesignView(evaluation.items.values());
  const world = JSON.parse(readFileSync(join(site, "world.json"), "utf8")) as Record<string, unknown>;
  const lab = await startLab([], world);
  const specOf = createServerSpecs(view);
  const checked = new Set<string>();
  for (const name of ["f1", "f2", "f3"]) {
    const { spec } = specOf(name);
    const full = { ...spec, oob: { ...spec.oob, credential: "bmc-secret" } } as ServerInit;
    await lab.phase(full, ServerPhase.COMMISSIONED);
    await lab.phase(full, ServerPhase.STORAGE_CONFIGURED);
    const { storage } = create(ServerSpecSchema, full);
    if (storage === undefined) throw new Error(`${name} says nothing of storage`);
    for (const key of checkStorage(storage, await readStorage(lab, name))) checked.add(key);
    const writes = (await lab.ledger()).length;
    expect((await lab.phase(full, ServerPhase.STORAGE_CONFIGURED)).done.changed).toBe(false);
    expect((await lab.ledger()).length).toBe(writes);
  }
  // The design of the fixture says something in every field, so none is passed over.
  expect([...checked].sort()).toEqual(Object.keys(ROWS).sort());
});
