import type { SourcePosition } from "../../yaml/node.ts";
import type { RawDocument } from "./raw-document.ts";

/** That one document needs another one rendered first, and where it says so. */
export interface Dependency {
  readonly on: RawDocument;
  readonly at: SourcePosition;
  /** What it is, such as "substitutes from", in words between two titles. */
  readonly relation: string;
}

/** Documents in an order in which each comes after those it depends on. */
export interface Ordering {
  readonly order: readonly RawDocument[];
  /** Documents that depend on each other in a circle, each with the dependency that goes on to the next. */
  readonly cycles: readonly (readonly (readonly [RawDocument, Dependency])[])[];
}

/**
 * Orders documents and everything they depend on. Asks for the dependencies of each once; dependencies that close a circle are left out of the order. Works
 * without recursion, so that chains may be as long as a site has documents.
 */
export function orderDocuments(
  roots: Iterable<RawDocument>,
  dependenciesOf: (document: RawDocument) => readonly Dependency[],
): Ordering {
  const order: RawDocument[] = [];
  const cycles: (readonly (readonly [RawDocument, Dependency])[])[] = [];
  const state = new Map<RawDocument, "open" | "done">();
  for (const root of roots) {
    if (state.has(root)) continue;
    state.set(root, "open");
    const path: { readonly document: RawDocument; readonly dependencies: readonly Dependency[]; next: number }[] = [
      { document: root, dependencies: dependenciesOf(root), next: 0 },
    ];
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const dependency = top.dependencies[top.next++];
      if (dependency === undefined) {
        state.set(top.document, "done");
        order.push(top.document);
        path.pop();
        continue;
      }
      const { on } = dependency;
      const known = state.get(on);
      if (known === undefined) {
        state.set(on, "open");
        path.push({ document: on, dependencies: dependenciesOf(on), next: 0 });
      } else if (known === "open") {
        const from = path.findIndex(({ document }) => document === on);
        cycles.push(
          path.slice(from).flatMap(({ document, dependencies, next }) => {
            const taken = dependencies[next - 1];
            return taken === undefined ? [] : [[document, taken] as const];
          }),
        );
      }
    }
  }
  return { order, cycles };
}
