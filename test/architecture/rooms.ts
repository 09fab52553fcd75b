/**
 * What one room of the house may import. Anything not listed is refused: the table is the documentation, the check in
 * `import-graph.ts` keeps the source to it.
 */
export type Room = {
  /** Rooms it may import values and types from. */
  readonly rooms: readonly string[];
  /** Rooms it may import types from, and nothing else. */
  readonly types?: readonly string[];
  /** Rooms it may import only by `import()` inside the function that needs them. */
  readonly lazy?: readonly string[];
  /** Whether it may import the generated contracts. */
  readonly gen: boolean;
  /** A closed list of packages and `node:` modules, for rooms that do no I/O; absent means any that `LIBRARIES` grants. */
  readonly only?: readonly string[];
};

const PURE = ["node:crypto", "@bufbuild/protobuf", "@bufbuild/cel", "canonicalize", "ipaddr.js"];

/**
 * Room to room. A room is a folder of `src`; a name that ends in `/*` makes a room of each folder inside it, and those
 * rooms are closed to each other.
 */
export const ROOMS: Readonly<Record<string, Room>> = {
  text: { rooms: [], gen: false, only: [] },
  design: { rooms: ["text"], gen: true, only: [...PURE, "ajv", "node:module"] },
  validate: { rooms: ["design", "text"], gen: true, only: [...PURE, "nunjucks", "node:module"] },
  schema: { rooms: ["design", "text"], gen: true, only: PURE },
  convert: { rooms: ["design", "text", "yaml"], gen: false, only: PURE },
  plan: { rooms: ["design", "text"], gen: true, only: PURE },
  yaml: { rooms: ["text"], types: ["design"], gen: false, only: [...PURE, "js-yaml"] },
  config: { rooms: ["text", "yaml"], gen: false, only: [] },
  "consumers/reading": { rooms: ["text", "yaml"], types: ["design"], gen: false, only: PURE },
  "consumers/historical": {
    rooms: ["text", "yaml", "consumers/reading"],
    types: ["design"],
    gen: false,
    only: PURE,
  },
  "consumers/airship": {
    rooms: ["text", "yaml", "consumers/reading", "consumers/historical"],
    types: ["design"],
    gen: true,
    only: [...PURE, "ajv", "node:module"],
  },
  "consumers/netbox": { rooms: [], types: ["design"], gen: false, only: PURE },
  "consumers/*": {
    rooms: ["text", "yaml", "consumers/reading", "consumers/historical"],
    types: ["design"],
    gen: true,
    only: PURE,
  },
  consumers: {
    rooms: ["text", "yaml", "consumers/*", "design"],
    gen: true,
    only: [...PURE, "@connectrpc/connect"],
  },
  "drivers/*": { rooms: [], gen: true },
  "maas-sim": { rooms: [], gen: false },
  db: { rooms: [], types: ["design"], gen: false },
  mesh: { rooms: [], gen: true },
  plugins: { rooms: [], gen: true },
  state: { rooms: ["db", "design", "validate", "mesh", "text"], gen: true },
  orchestrator: { rooms: ["db", "design", "plan", "plugins", "mesh", "text"], gen: true },
  control: { rooms: ["db", "design", "mesh", "text"], gen: true },
  introspection: { rooms: ["db", "design", "plan", "mesh", "text"], gen: true },
  sources: {
    rooms: ["db", "consumers", "consumers/netbox", "control", "design", "mesh", "text"],
    types: ["config"],
    gen: true,
  },
  main: {
    rooms: [
      ...["design", "validate", "plan", "text", "yaml", "config", "consumers", "db", "mesh", "plugins"],
      ...["state", "orchestrator", "control", "introspection", "sources"],
    ],
    gen: true,
  },
  cli: {
    rooms: [
      ...["config", "control", "convert", "design", "schema", "validate", "plan", "text", "yaml", "consumers"],
      "mesh",
    ],
    lazy: ["main", "maas-sim", "drivers/*", "plugins"],
    gen: true,
  },
};

/**
 * Libraries and `node:` modules that only the named folders may import. A name covers what is below it too, one ending in
 * `/*` only what is below it; the first entry that fits decides. Types are free to all: they open nothing.
 */
export const LIBRARIES: ReadonlyArray<readonly [library: string, why: string, folders: readonly string[]]> = [
  ["@electric-sql/pglite", "db alone opens databases", ["db"]],
  [
    "drizzle-orm/pg-core",
    "queries sit with their service",
    ["db", "state", "orchestrator", "control", "introspection", "sources"],
  ],
  ["drizzle-orm/*", "db alone opens databases", ["db"]],
  [
    "drizzle-orm",
    "queries sit with their service",
    ["db", "state", "orchestrator", "control", "introspection", "sources"],
  ],
  ["@dbos-inc", "one place knows the durable engine", ["orchestrator/engine"]],
  ["pg", "db alone opens databases, and the durable engine its own", ["db", "orchestrator/engine"]],
  ["@grpc", "plugins are reached by plugins/ and served by drivers/", ["plugins", "drivers"]],
  ["@connectrpc/connect-node", "mesh alone listens and dials", ["mesh", "plugins", "drivers", "maas-sim"]],
  ["undici", "mesh alone listens and dials", ["mesh", "drivers", "maas-sim", "sources/netbox"]],
  ["node:child_process", "programs are started where that is said", ["cli", "plugins", "sources/git"]],
  ...["http", "https", "http2", "net", "tls", "dgram"].map(
    (name) =>
      [`node:${name}`, "mesh alone listens and dials", ["mesh", "plugins", "drivers", "maas-sim"]] as const satisfies [
        string,
        string,
        string[],
      ],
  ),
];

/**
 * Entry points that must start fast and work with nothing running: what they import statically, directly or not, may
 * hold none of `OFFLINE_WITHOUT`.
 */
export const OFFLINE_ENTRIES = /^src\/cli\/(?:.*\/)?(?:main|validate|resolve|diff|convert|schema|graph)\.ts$/;

/** Rooms and libraries (with what is below their names) that an offline entry point must not load. */
export const OFFLINE_WITHOUT: readonly string[] = [
  ...["src/db", "src/mesh", "src/orchestrator", "src/state", "src/plugins", "src/main.ts"],
  ...["@electric-sql/pglite", "pg", "drizzle-orm", "@dbos-inc", "@grpc", "@connectrpc", "undici", "pino"],
  ...["node:http", "node:https", "node:http2", "node:net", "node:tls", "node:dgram"],
];
