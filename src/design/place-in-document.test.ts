import { expect, it } from "vitest";
import { builtInKinds } from "./built-in-kinds.ts";
import type { KindSchema } from "./kind-schema.ts";
import { placeInDocument } from "./place-in-document.ts";

const schema = builtInKinds().get("HostProfile") as KindSchema;
const at = (line: number) => ({ line, column: 1 });
const document = {
  location: { uri: "a.yaml", ...at(1) },
  spec: {
    "!platform": null,
    interfaces: ["!bond0", { name: "pxe", networks: ["a"] }],
    metadata: { owner_data: { "a.b": "x" } },
    strange: { deep: [1] },
  },
  source: {
    ...at(1),
    fields: {
      "!platform": at(2),
      interfaces: { ...at(3), items: [at(4), { ...at(5), fields: { networks: { ...at(6), uri: "b.yaml" } } }] },
      metadata: { ...at(7), fields: { owner_data: { ...at(8), fields: { "a.b": at(9) } } } },
      strange: { ...at(10), fields: { deep: { ...at(11), items: [at(12)] } } },
    },
  },
};

it.each([
  ["", 1],
  ['["!platform"]', 2],
  ['interfaces["!bond0"]', 4],
  ['interfaces["pxe"]', 5],
  ['interfaces["pxe"].networks["a"]', 6],
  ['metadata.owner_data["a.b"]', 9],
  ["strange.deep[0]", 12],
  ['interfaces["none"].mtu', 3],
  ["nowhere", 1],
  ["no path at all", 1],
])("the place of %j is line %i", (path, line) => {
  const uri = line === 6 ? "b.yaml" : "a.yaml";
  expect(placeInDocument(document, schema, path)).toEqual({ uri, ...at(line) });
});
