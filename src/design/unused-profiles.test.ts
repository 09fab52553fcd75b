import { describe, expect, it } from "vitest";
import { checkDesign } from "../../test/support/marked-design.ts";

const envelope = (kind: string, name: string) =>
  `---\nschema: drydock/${kind}/v1\nmetadata: {schema: metadata/Document/v1, name: ${name}, storagePolicy: cleartext}\n`;
const profile = (name: string) =>
  `${envelope("HostProfile", name)}data: {interfaces: {eth0: {device_link: elsewhere, slaves: [eth0]}}}\n`;
const node = (parent: string) => `${envelope("BaremetalNode", "n1")}data: {host_profile: ${parent}}\n`;

function severities(text: string): readonly string[] {
  const { diagnostics } = checkDesign({ "site.yaml": `${text}${envelope("NetworkLink", "here")}data: {mtu: 1500}\n` });
  return diagnostics.flatMap(({ rule, severity, name }) =>
    rule === "unknown-reference" ? [`${name} ${severity}`] : [],
  );
}

describe("profiles of a library", () => {
  it("may name what the site hasn't, as long as no node has them", () => {
    expect(severities(`${profile("mine")}${profile("theirs")}${node("mine")}`)).toEqual([
      "mine error",
      "theirs warning",
    ]);
  });

  it("are no library where there is no node yet", () => {
    expect(severities(profile("mine"))).toEqual(["mine error"]);
  });

  it("are none in other forms: those are written for their site", () => {
    const own = (kind: string, name: string, spec: string) =>
      `---\napiVersion: bedplate/v1\nkind: ${kind}\nmetadata: {name: ${name}}\nspec: ${spec}\n`;
    const spec = "{interfaces: [{name: eth0, device_link: elsewhere, slaves: [eth0]}]}";
    expect(severities(`${own("HostProfile", "theirs", spec)}${own("Node", "n1", "{platform: {image: x}}")}`)).toEqual([
      "theirs error",
    ]);
  });
});
