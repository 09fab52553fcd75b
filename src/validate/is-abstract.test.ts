import { expect, it } from "vitest";
import { checkDesign } from "../../test/support/marked-design.ts";

const site = "apiVersion: bedplate/v1\nkind: Site\nmetadata: {name: s}\nspec: {}\n---\n";
const profile = `apiVersion: bedplate/v1
kind: HostProfile
metadata: {name: base}
spec:
  storage:
    physical_devices:
    - name: sda
      partitions:
      - {name: root, size: 10g, filesystem: {mountpoint: /}}
      - {name: a, size: 60%, filesystem: {mountpoint: /srv}}
      - {name: b, size: 60%, filesystem: {mountpoint: /srv/}}
`;
const node = `---
apiVersion: bedplate/v1
kind: Node
metadata: {name: n1}
spec:
  platform: {image: noble}
  storage: {boot_drive: {device: sda}}
`;
const storageRules = (text: string) =>
  checkDesign({ "site.yaml": text })
    .diagnostics.map(({ rule }) => rule)
    .filter((rule) => ["root-size", "share-total", "duplicate-mountpoint"].includes(rule));

it("looks at profiles where they are all there is", () => {
  expect(storageRules(`${site}${profile}`)).toEqual(["root-size", "share-total", "duplicate-mountpoint"]);
});

it("leaves to nodes what a child may mend", () => {
  expect(storageRules(`${site}${profile}${node}`)).toEqual([]);
  const inheriting = node.replace("spec:\n", "spec:\n  host_profile: base\n");
  expect(storageRules(`${site}${profile}${inheriting}`)).toEqual(["root-size", "share-total", "duplicate-mountpoint"]);
});
