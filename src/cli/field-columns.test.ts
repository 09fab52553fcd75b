import { expect, test } from "vitest";
import { askedFields, fieldCells, parseFields } from "./field-columns.ts";

test("fields are read with commas between, but for those in keys", () => {
  expect(parseFields('fqdn, labels["a,b"].x,c["\\","]', ["first"])).toEqual([
    ...["first", "fqdn", 'labels["a,b"].x', 'c["\\","]'],
  ]);
  for (const wrong of ["", "a,,b", "a[", "a b"]) expect(() => parseFields(wrong, [])).toThrow("is no field path");
});

test("of a list whose members have no key all is asked for", () => {
  expect(askedFields(["routes[1].subnet", 'interfaces["a"].slaves', "fqdn"])).toEqual([
    ...["routes", 'interfaces["a"].slaves', "fqdn"],
  ]);
});

test("cells show what is at a field, or that nothing is", () => {
  const spec = {
    fqdn: "n1.lab",
    flag: false,
    interfaces: [{ name: "pxe", networks: ["mgmt", "oob"] }],
    routes: [{ subnet: "a" }, { subnet: "b", metric: 1 }],
    tags: ["gpu", "odd"],
    map: { "a.b": "line\nbreak" },
  };
  const cell = (field: string) => fieldCells(spec, [field])[0];
  expect(cell("fqdn")).toBe("n1.lab");
  expect(cell("flag")).toBe("false");
  expect(cell('interfaces["pxe"].networks')).toBe("mgmt, oob");
  expect(cell('interfaces["nope"].networks')).toBe("-");
  expect(cell("routes[1].subnet")).toBe("b");
  expect(cell("routes[1]")).toBe('{"subnet":"b","metric":1}');
  expect(cell("routes[7].subnet")).toBe("-");
  expect(cell('tags["odd"]')).toBe("odd");
  expect(cell("fqdn.deeper")).toBe("-");
  expect(cell("toString")).toBe("-");
  expect(cell('map["a.b"]')).not.toContain("\n");
});
