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

describe.runIf(existsSync(CORPUS))("the historical files", () => {
  const files = existsSync(CORPUS) ? readdirSync(CORPUS).filter((file) => file.startsWith("a")) : [];

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
