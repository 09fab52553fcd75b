import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { nodeToPlain } from "./node-to-plain.ts";
import { readYaml } from "./read-yaml.ts";

// The historical files live beside the repository, where they are at all.
const CORPUS = join(import.meta.dirname, "..", "..", "..", "shared", "corpus", "aic");

function read(file: string) {
  const { documents, diagnostics } = readYaml({ uri: file, text: readFileSync(join(CORPUS, file), "utf8") });
  return {
    documents,
    diagnostics,
    plain: documents.map(({ root }) => root && nodeToPlain(root).tree),
    lines: (rule: string) => diagnostics.filter((each) => each.rule === rule).map(({ location }) => location?.line),
  };
}

const MISTAKEN = `# a header
---
apiVersion: v1
kind: Site
metadata:
  name: plant7
  name: A title
spec:
  # nothing yet
---
apiVersion: v1
kind: Network
metadata:
  name: admin
  name: Another title
spec:
  allocation: static
  cidr: 10.21.0.0/24
  ranges:
    - type: static
       start: 10.21.0.20
       end: 10.21.0.200
    dns:
      domain: admin.plant7.example
---
apiVersion: v1
kind: Network
metadata:
  name: data
spec:
  routes:
  - subnet: 0.0.0.0/0
  - gateway: 10.22.0.1
`;

it("a file with the mistakes of the historical ones yields all that can be told, and each mistake", () => {
  const { documents, diagnostics } = readYaml({ uri: "f", text: MISTAKEN });
  expect(diagnostics.map(({ rule, location }) => `${rule} ${location?.line}:${location?.column}`)).toEqual([
    "yaml-duplicate-key 7:3",
    "yaml-duplicate-key 15:3",
    "yaml-syntax 21:8",
  ]);
  expect(documents.map(({ complete }) => complete)).toEqual([true, false, true]);
  expect(documents.map(({ root }) => root && nodeToPlain(root).tree)).toEqual([
    { apiVersion: "v1", kind: "Site", metadata: { name: "plant7" }, spec: null },
    {
      apiVersion: "v1",
      kind: "Network",
      metadata: { name: "admin" },
      spec: { allocation: "static", cidr: "10.21.0.0/24", ranges: [{ type: "static" }] },
    },
    {
      apiVersion: "v1",
      kind: "Network",
      metadata: { name: "data" },
      spec: { routes: [{ subnet: "0.0.0.0/0" }, { gateway: "10.22.0.1" }] },
    },
  ]);
});

if (existsSync(CORPUS)) {
  describe("the historical files", () => {
    const files = readdirSync(CORPUS).filter((file) => file.startsWith("a"));

    it.each(files)("of form a are one sound document: %s", (file) => {
      const { documents, diagnostics } = read(file);
      expect(diagnostics).toEqual([]);
      expect(documents.map(({ complete, firstLine }) => ({ complete, firstLine }))).toEqual([
        { complete: true, firstLine: 1 },
      ]);
    });

    it("of form b1 are read in spite of their mistakes, each of which is at its own line", () => {
      const { documents, plain, lines, diagnostics } = read("b1-f0e5518-bootstrap_seed.yaml");
      expect(documents).toHaveLength(14);
      expect(documents.filter(({ complete }) => !complete).map(({ firstLine }) => firstLine)).toEqual([105]);
      expect(lines("yaml-duplicate-key")).toEqual([26, 36, 57, 78, 111, 130, 159, 194, 218, 246, 305, 359, 376, 409]);
      expect(lines("yaml-syntax")).toEqual([119]);
      expect(diagnostics).toHaveLength(15);
      expect(plain[4]).toMatchObject({
        kind: "Network",
        metadata: { name: "oob" },
        spec: { allocation: "static", cidr: "172.16.100.0/24", ranges: [{ type: "static" }] },
      });
      expect(plain.map((tree) => (tree as { metadata: { name: string } }).metadata.name)).toEqual(
        "sitename oob pxe gp oob pxe mgmt private public default k8-node k8-node-public controller01 compute01".split(
          " ",
        ),
      );
      expect(read("b1-f0e5518-bootstrap_hwdefinition.yaml").lines("yaml-duplicate-key")).toEqual([26]);
    });
  });
}
