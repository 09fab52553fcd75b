import { readdirSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";
import { type Import, importsOf } from "./imports.ts";
import { LIBRARIES, OFFLINE_ENTRIES, OFFLINE_WITHOUT, ROOMS, type Room } from "./rooms.ts";

/** One import that breaks the table of rooms: where it stands and what is wrong with it. */
export type Violation = { readonly file: string; readonly line: number; readonly message: string };

/** Sources by their path from the project root, such as `src/design/tree.ts`. */
export type Sources = ReadonlyMap<string, string>;

type Edge = Import & { readonly file: string; readonly to: string };

/** Reads the TypeScript sources below `root/src`; tests are left out, they may reach wherever they need. */
export function readSources(root: string): Sources {
  const names = readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" });
  const paths = names.filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts")).sort();
  return new Map(paths.map((path) => [`src/${path}`, readFileSync(join(root, "src", path), "utf8")]));
}

/** Checks every import of the sources against the table of rooms; an empty list means all is well. */
export function checkImports(sources: Sources): Violation[] {
  const violations: Violation[] = [];
  const edges: Edge[] = [];
  for (const [file, source] of sources) {
    for (const each of importsOf(source)) {
      if (each.target === undefined) {
        violations.push({ file, line: each.line, message: "import() needs a plain string, or nobody can check it" });
      } else {
        edges.push({ ...each, file, to: resolveTarget(file, each.target) });
      }
    }
  }
  for (const edge of edges) {
    const message = judge(edge);
    if (message !== undefined) violations.push({ file: edge.file, line: edge.line, message });
  }
  return [...violations, ...checkCycles(edges), ...checkOffline(sources, edges)];
}

/** The room a source belongs to (`consumers/aic-yaml`, `main`), or undefined for a path outside `src`. */
export function roomOf(path: string): string | undefined {
  const [top, first, second, ...rest] = path.split("/");
  if (top !== "src" || first === undefined) return undefined;
  if (second === undefined) return first.replace(/\.ts$/, "");
  return `${first}/*` in ROOMS && rest.length > 0 ? `${first}/${second}` : first;
}

function resolveTarget(file: string, target: string): string {
  return target.startsWith(".") ? posix.join(posix.dirname(file), target) : target;
}

function judge(edge: Edge): string | undefined {
  const from = roomOf(edge.file);
  if (from === undefined) return undefined;
  const rules = rulesOf(from);
  if (rules === undefined) return `${from} is no room of the house; give it a line in test/architecture/rooms.ts`;
  if (!edge.target?.startsWith(".")) return judgeLibrary(edge, from, rules);
  if (edge.to.startsWith("gen/")) return rules.gen ? undefined : `${from} may not import generated contracts`;
  if (edge.to === "package.json") return undefined;
  const to = roomOf(edge.to);
  if (to === undefined) return `${edge.to} is outside src`;
  if (to === from || includes(rules.rooms, to)) return undefined;
  if (edge.form === "type" && includes([...(rules.types ?? []), ...(rules.lazy ?? [])], to)) return undefined;
  if (includes(rules.lazy ?? [], to)) {
    return edge.form === "lazy" ? undefined : `${from} may import ${to} only by import() where it is needed`;
  }
  return includes(rules.types ?? [], to)
    ? `${from} may import only types from ${to}`
    : `${from} may not import from ${to}`;
}

function judgeLibrary(edge: Edge, from: string, rules: Room): string | undefined {
  if (edge.form === "type") return undefined;
  if (rules.only !== undefined && !rules.only.some((name) => within(edge.to, name))) {
    return `${from} does no I/O and may not import ${edge.to}`;
  }
  const grant = LIBRARIES.find(([name]) => fits(edge.to, name));
  if (grant === undefined || grant[2].some((folder) => within(edge.file, `src/${folder}`))) return undefined;
  return `${from} may not import ${edge.to}: ${grant[1]}`;
}

function checkCycles(edges: readonly Edge[]): Violation[] {
  const next = new Map<string, Map<string, Edge>>();
  for (const edge of edges) {
    const [from, to] = [roomOf(edge.file), roomOf(edge.to)];
    if (from === undefined || to === undefined || from === to) continue;
    const outgoing = next.get(from) ?? new Map<string, Edge>();
    next.set(from, outgoing.set(to, outgoing.get(to) ?? edge));
  }
  const violations: Violation[] = [];
  const done = new Set<string>();
  const visit = (room: string, path: readonly string[]): void => {
    if (done.has(room)) return;
    for (const [to, edge] of next.get(room) ?? []) {
      const at = [...path, room].indexOf(to);
      if (at === -1) visit(to, [...path, room]);
      else {
        const circle = [...[...path, room].slice(at), to].join(" → ");
        violations.push({
          file: edge.file,
          line: edge.line,
          message: `rooms import each other in a circle: ${circle}`,
        });
      }
    }
    done.add(room);
  };
  for (const room of next.keys()) visit(room, []);
  return violations;
}

function checkOffline(sources: Sources, edges: readonly Edge[]): Violation[] {
  const loads = Map.groupBy(
    edges.filter((edge) => edge.form === "static"),
    (edge) => edge.file,
  );
  const violations: Violation[] = [];
  for (const entry of sources.keys()) {
    if (!OFFLINE_ENTRIES.test(entry)) continue;
    const reached = new Set([entry]);
    for (const file of reached) {
      for (const edge of loads.get(file) ?? []) {
        const heavy = OFFLINE_WITHOUT.find((name) => within(edge.to, name));
        if (heavy === undefined) reached.add(edge.to);
        else
          violations.push({ file, line: edge.line, message: `${entry} works offline but loads ${edge.to} at start` });
      }
    }
  }
  return violations;
}

function rulesOf(room: string): Room | undefined {
  return ROOMS[room] ?? ROOMS[room.replace(/\/.*/, "/*")];
}

function includes(names: readonly string[], room: string): boolean {
  return names.includes(room) || names.includes(room.replace(/\/.*/, "/*"));
}

function within(path: string, name: string): boolean {
  return path === name || path.startsWith(`${name}/`);
}

function fits(library: string, pattern: string): boolean {
  return pattern.endsWith("/*") ? library.startsWith(pattern.slice(0, -1)) : within(library, pattern);
}
