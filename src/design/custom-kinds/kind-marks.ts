import { suggest } from "../../text/suggest.ts";
import { keyPath } from "../field-path.ts";
import { describeValue } from "../read-scalar.ts";
import { isTreeMap, type Tree, type TreeMap } from "../tree.ts";
import type { ReportProblem } from "./schema-problem.ts";

/** The parts of a declaration that say something of fields, by the fields' paths. */
export type MarkGroup = "merge_keys" | "references" | "formation" | "secrets" | "parent";

/**
 * What a declaration of a custom kind says of its fields beside their schema. A path is names of properties joined by ".", and leads through lists and records
 * alike: `rules.members` is the field `members` of the members of the list `rules`.
 */
export interface KindMarks {
  /** What a group says of a path: the merge key, the kind referred to, or "" where naming it says all; undefined where it says nothing. */
  take(group: MarkGroup, path: string): string | undefined;
  /** Reports what a group says of a path and can't be. */
  refuse(group: MarkGroup, path: string, message: string, hint: string): void;
  /** Reports what was said of fields that aren't there. `whole` are the paths of fields that are replaced whole. */
  reportLeft(paths: ReadonlySet<string>, whole: ReadonlySet<string>): void;
}

/** The marks of an effective item of kind CustomKind. */
export function kindMarks(tree: TreeMap, report: ReportProblem): KindMarks {
  const groups: Readonly<Record<MarkGroup, ReadonlyMap<string, string>>> = {
    merge_keys: textsOf(tree.merge_keys),
    references: textsOf(tree.references),
    formation: namesOf(tree.formation),
    secrets: namesOf(tree.secrets),
    parent: namesOf(tree.parent === undefined ? undefined : [tree.parent]),
  };
  const taken = new Set<string>();
  const placeOf = (group: MarkGroup, path: string) => (group === "parent" ? group : keyPath(group, path));
  return {
    take(group, path) {
      const value = groups[group].get(path);
      if (value !== undefined) taken.add(placeOf(group, path));
      return value;
    },
    refuse(group, path, message, hint) {
      report({ severity: "error", field: placeOf(group, path), message, hint });
    },
    reportLeft(paths, whole) {
      for (const group of Object.keys(groups) as MarkGroup[]) {
        for (const path of groups[group].keys()) {
          const place = placeOf(group, path);
          if (taken.has(place)) continue;
          const around = [...whole].find((each) => path === each || path.startsWith(`${each}.`));
          if (around !== undefined) {
            const message = `found ${describeValue(path)}, but ${around} is replaced whole: its schema names no fields inside`;
            report({ severity: "error", field: place, message, hint: "give it a type and properties" });
            continue;
          }
          const near = suggest(path, paths);
          const expected =
            group === "parent" ? "the name of a field of the schema" : "the path of a field of the schema";
          const hint = near === undefined ? 'paths are names of properties joined by "."' : `did you mean "${near}"?`;
          report({
            severity: "error",
            field: place,
            message: `found ${describeValue(path)}, expected ${expected}`,
            hint,
          });
        }
      }
    },
  };
}

function textsOf(value: Tree | undefined): ReadonlyMap<string, string> {
  return new Map(isTreeMap(value) ? Object.entries(value).map(([path, text]) => [path, String(text)]) : []);
}

function namesOf(value: Tree | undefined): ReadonlyMap<string, string> {
  return new Map(Array.isArray(value) ? value.map((path: Tree) => [String(path), ""]) : []);
}
