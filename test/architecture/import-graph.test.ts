import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { checkImports, readSources } from "./import-graph.ts";
import { importsOf } from "./imports.ts";
import { LIBRARIES, ROOMS } from "./rooms.ts";

const root = join(import.meta.dirname, "..", "..");

/** Checks a planted tree and gives the violations as `file:line: message`. */
function check(tree: Record<string, string>): string[] {
  return checkImports(new Map(Object.entries(tree))).map(({ file, line, message }) => `${file}:${line}: ${message}`);
}

describe("the source", () => {
  test("keeps to the table of rooms", () => {
    const sources = readSources(root);
    expect(sources.size).toBeGreaterThan(0);
    expect(checkImports(sources)).toEqual([]);
  });

  test("has a table of rooms without a circle", () => {
    const visit = (name: string, path: string[]): void => {
      expect(path, "a circle in the table of rooms").not.toContain(name);
      const room = ROOMS[name];
      expect(room, `${name} is allowed somewhere but has no line of its own`).toBeDefined();
      for (const next of [...(room?.rooms ?? []), ...(room?.types ?? []), ...(room?.lazy ?? [])]) {
        visit(next, [...path, name]);
      }
    };
    for (const name of Object.keys(ROOMS)) visit(name, []);
  });

  test.each(LIBRARIES)("grants %s as its table says", (name, why, folders) => {
    const line = `import "${name.replace("*", "anything")}";`;
    const stranger = folders.includes("control") ? "mesh" : "control";
    expect(check({ [`src/${stranger}/a.ts`]: line }).join("\n")).toContain(why);
    for (const folder of folders) expect(check({ [`src/${folder}/own/a.ts`]: line })).toEqual([]);
  });
});

describe("reading imports", () => {
  test("tells load-time, lazy and type-only imports apart, with their lines", () => {
    const source = [
      'import "./effect.ts";',
      'import type { A } from "./a.ts";',
      'import { type B, b } from "./b.ts";',
      'export * from "./c.ts";',
      "export type {",
      "  D,",
      '} from "./d.ts";',
      'const e: import("./e.ts").E | undefined = undefined;',
      'const f = await import("./f.ts");',
      '// import "./comment.ts";',
      "const text = 'import \"./string.ts\"';",
    ].join("\n");
    expect(importsOf(source).sort((one, other) => one.line - other.line)).toEqual([
      { target: "./effect.ts", form: "static", line: 1 },
      { target: "./a.ts", form: "type", line: 2 },
      { target: "./b.ts", form: "static", line: 3 },
      { target: "./c.ts", form: "static", line: 4 },
      { target: "./d.ts", form: "type", line: 5 },
      { target: "./e.ts", form: "type", line: 8 },
      { target: "./f.ts", form: "lazy", line: 9 },
    ]);
  });
});

describe("a planted violation is caught", () => {
  const planted: ReadonlyArray<readonly [name: string, file: string, line: string, message: string]> = [
    ["I/O in a pure room", "src/design/a.ts", 'import { readFileSync } from "node:fs";', "does no I/O"],
    ["a database in a pure room", "src/validate/a.ts", 'import { open } from "../db/open.ts";', "not import from db"],
    ["a lazy import in a pure room", "src/plan/a.ts", 'await import("node:fs");', "does no I/O"],
    ["a library outside a pure list", "src/yaml/a.ts", 'import p from "pino";', "does no I/O"],
    ["the design's code in yaml", "src/yaml/a.ts", 'import { t } from "../design/t.ts";', "only types from design"],
    ["a driver reaching into core", "src/drivers/maas/a.ts", 'import { t } from "../../design/t.ts";', "from design"],
    ["a driver reading core's types", "src/drivers/maas/a.ts", 'import type { T } from "../../db/t.ts";', "from db"],
    ["a driver using another", "src/drivers/maas/a.ts", 'import { n } from "../noop/n.ts";', "from drivers/noop"],
    [
      "a consumer using the state",
      "src/consumers/aic-yaml/a.ts",
      'import { s } from "../../state/s.ts";',
      "from state",
    ],
    [
      "the simulator using the driver",
      "src/maas-sim/a.ts",
      'import { d } from "../drivers/maas/d.ts";',
      "drivers/maas",
    ],
    ["the simulator using contracts", "src/maas-sim/a.ts", 'import { d } from "../../gen/d_pb.js";', "contracts"],
    ["a connection outside db", "src/state/a.ts", 'import { Client } from "pg";', "db alone opens databases"],
    ["a database driver outside db", "src/state/a.ts", 'import { d } from "drizzle-orm/pglite";', "db alone opens"],
    ["an embedded database outside db", "src/cli/a.ts", 'await import("@electric-sql/pglite");', "db alone opens"],
    ["the engine outside its folder", "src/orchestrator/a.ts", 'import { DBOS } from "@dbos-inc/dbos-sdk";', "engine"],
    ["the engine's pool outside it", "src/orchestrator/a.ts", 'import { Pool } from "pg";', "durable engine"],
    ["a listener outside the mesh", "src/control/a.ts", 'import { createServer } from "node:http2";', "mesh alone"],
    ["a query in a room without tables", "src/mesh/a.ts", 'import { eq } from "drizzle-orm";', "queries sit with"],
    ["a service using another directly", "src/control/a.ts", 'import { s } from "../state/s.ts";', "from state"],
    ["the composition root at CLI start", "src/cli/a.ts", 'import { run } from "../main.ts";', "only by import()"],
    ["a room nobody listed", "src/utils/a.ts", 'import "node:path";', "no room of the house"],
    ["an import from outside the source", "src/state/a.ts", 'import { x } from "../../test/x.ts";', "outside src"],
    ["an import nobody can check", "src/state/a.ts", 'await import("../" + name);', "plain string"],
  ];
  test.each(planted)("%s", (_name, file, line, message) => {
    const found = check({ [file]: `const one = 1;\n${line}\n` });
    expect(found.length).toBeGreaterThan(0);
    expect(found[0]).toContain(`${file}:2: `);
    expect(found.join("\n")).toContain(message);
  });

  test("rooms in a circle, even through types", () => {
    const found = check({
      "src/state/a.ts": 'import { d } from "../db/b.ts";',
      "src/db/b.ts": 'import type { S } from "../state/a.ts";',
    });
    expect(found.join("\n")).toContain("state → db → state");
  });

  test("an offline command that loads the network at start, through another file", () => {
    const found = check({
      "src/cli/commands/validate.ts": 'import { read } from "../read.ts";',
      "src/cli/read.ts": 'import { client } from "../mesh/client.ts";',
      "src/mesh/client.ts": "export const client = 1;",
    });
    expect(found).toEqual([
      "src/cli/read.ts:1: src/cli/commands/validate.ts works offline but loads src/mesh/client.ts at start",
    ]);
  });
});

test("what the table allows is not a violation", () => {
  const found = check({
    "src/design/tree.ts": 'import { createHash } from "node:crypto";\nimport { create } from "@bufbuild/protobuf";',
    "src/yaml/read.ts": 'import type { Tree } from "../design/tree.ts";\nimport { parseEvents } from "js-yaml";',
    "src/consumers/aic-yaml/index.ts": 'import { read } from "../../yaml/read.ts";\nimport "../../../gen/x_pb.js";',
    "src/drivers/maas/main.ts": 'import { Server } from "@grpc/grpc-js";\nimport { step } from "./step.ts";',
    "src/orchestrator/engine/dbos.ts":
      'import { Pool } from "pg";\nimport type { PGlite } from "@electric-sql/pglite";',
    "src/state/store.ts": 'import { eq } from "drizzle-orm";\nimport { open } from "../db/open.ts";',
    "src/cli/commands/serve.ts": 'const { run } = await import("../../main.ts");',
    "src/cli/commands/get.ts": 'import { client } from "../../mesh/client.ts";',
    "src/main.ts": 'import { open } from "./db/open.ts";\nimport "./state/store.ts";',
  });
  expect(found).toEqual([]);
});
