import { describe, expect, it } from "vitest";
import { checkDesign, findingTexts } from "../../test/support/marked-design.ts";
import type { Tree } from "../design/tree.ts";

/** The head of a document of each form with an envelope. */
const heads: Readonly<Record<string, (kind: string) => string>> = {
  "bedplate/v1": (kind) => `apiVersion: bedplate/v1\nkind: ${kind}\nmetadata: {name: a}\nspec:\n`,
  "v1.0": (kind) => `apiVersion: 'v1.0'\nkind: ${kind}\nmetadata: {name: a}\nspec:\n`,
  "drydock/v1": (kind) => `apiVersion: drydock/v1\nkind: ${kind}\nmetadata: {name: a}\nspec:\n`,
};
const forms = Object.keys(heads);

function read(form: string, kind: string, spec: string) {
  const text = `${heads[form]?.(kind)}${spec.replaceAll(/^/gm, "  ")}\n`;
  const { evaluation, diagnostics } = checkDesign({ "f.yaml": text }, { itemRules: [], groupRules: [] });
  const found = diagnostics.filter(({ rule }) => rule !== "missing-site");
  const tree: Tree | undefined = evaluation.items.get(`${kind}/a`)?.tree;
  return { tree: JSON.parse(JSON.stringify(tree)), found, texts: findingTexts(found) };
}

describe.each(forms)("YAML of earlier habits in a document of %s", (form) => {
  it.each(["True", "TRUE", "true", "'true'"])("is %s for a truth value, without a word", (word) => {
    const { tree, texts } = read(form, "BootAction", `signaling: ${word}`);
    expect(tree).toMatchObject({ signaling: true });
    expect(texts).toEqual([]);
  });

  it.each([
    ["yes", true],
    ["On", true],
    ["Y", true],
    ["NO", false],
    ["off", false],
    ["n", false],
  ])("may have %s for a truth value, which is told", (word, truth) => {
    const { tree, found, texts } = read(form, "BootAction", `signaling: ${word}`);
    expect(tree).toMatchObject({ signaling: truth });
    expect(texts).toEqual(["f.yaml:5 info yaml-1-1"]);
    expect(found[0]).toMatchObject({ hint: expect.stringContaining(`write ${truth}`), location: { column: 14 } });
  });

  it("keeps texts as they were written", () => {
    const { tree, texts } = read(
      form,
      "HardwareProfile",
      "vendor: yes\ngeneration: 1.10\nhw_version: 007\nbios_version: 1e3\npxe_interface: True\ndescription: 2017-02-14\ncpu_sets: {a: 0x1F, b: 1_0, c: 12345678901234567890, d: NULL}",
    );
    expect(tree).toMatchObject({
      ...{ vendor: "yes", generation: "1.10", hw_version: "007", bios_version: "1e3", pxe_interface: "True" },
      ...{ description: "2017-02-14", cpu_sets: { a: "0x1F", b: "1_0", c: "12345678901234567890" } },
    });
    expect(texts).toEqual([]);
  });

  it.each(["0644", "'0644'", "644", "0755"])("keeps the octal text of a mode: %s", (mode) => {
    const { tree, texts } = read(form, "BootAction", `assets: [{type: file, permissions: ${mode}}]`);
    expect(tree).toMatchObject({ assets: [{ permissions: mode.replaceAll("'", "") }] });
    expect(texts).toEqual([]);
  });

  it.each([
    ["0100", "YAML 1.1 reads 64 there"],
    ["089", "write 89"],
    ["1_00", "YAML 1.1 reads 100 there"],
  ])("refuses %s as a whole number, and says what was read earlier", (written, hint) => {
    const { found, texts } = read(form, "Network", `vlan: ${written}`);
    expect(texts).toEqual(["f.yaml:5 error wrong-type"]);
    expect(found[0]?.hint).toContain(hint);
  });

  it("may merge what an anchor holds", () => {
    const { tree, texts } = read(
      form,
      "NetworkLink",
      "labels: &l {a: x, b: y}\nbonding: {mode: disabled}\ntrunking: {mode: disabled}",
    );
    expect(texts).toEqual([]);
    expect(tree).toMatchObject({ labels: { a: "x", b: "y" } });
    const merged = read(
      form,
      "HostProfile",
      "metadata:\n  owner_data: &base {a: x, b: y}\nplatform:\n  kernel_params:\n    <<: *base\n    b: z",
    );
    expect(merged.texts).toEqual([]);
    expect(merged.tree).toMatchObject({ platform: { kernel_params: { a: "x", b: "z" } } });
  });
});

describe("YAML of a file of many items", () => {
  it("is read by the types of the fields, too", () => {
    const text =
      "site_name: 007\nhost_profiles:\n- name: 1.10\n  platform: {image: 22.10}\n  interfaces: [{device_name: a, sriov: {vf_count: 010, trustedmode: yes}}]\n";
    const { evaluation, diagnostics } = checkDesign({ "f.yaml": text }, { itemRules: [], groupRules: [] });
    expect([...evaluation.items.keys()]).toEqual(["HostProfile/1.10", "Site/007"]);
    expect(evaluation.items.get("HostProfile/1.10")?.tree).toMatchObject({
      platform: { image: "22.10" },
      interfaces: [{ sriov: { trustedmode: true } }],
    });
    expect(findingTexts(diagnostics)).toEqual(["f.yaml:5 error wrong-type", "f.yaml:5 info yaml-1-1"]);
  });
});

describe("the JSON Schema of a custom kind", () => {
  it("holds the values of YAML itself", () => {
    const { tree } = read(
      "bedplate/v1",
      "CustomKind",
      "json_schema:\n  minimum: 1.0\n  additionalProperties: False\n  const: '1.0'",
    );
    expect(tree).toMatchObject({ json_schema: { minimum: 1, additionalProperties: false, const: "1.0" } });
  });
});
