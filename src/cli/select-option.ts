import type { MessageInitShape } from "@bufbuild/protobuf";
import type { NodePhase } from "../../gen/bedplate/design/v1/node_status_pb.js";
import type { SelectorSchema } from "../../gen/bedplate/type/v1/selector_pb.js";
import { suggest } from "../text/suggest.ts";
import { CliError } from "./cli-error.ts";
import { exitCode } from "./exit-code.ts";
import { parsePhases } from "./plans/phase-word.ts";

type SelectorInit = MessageInitShape<typeof SelectorSchema>;

/** What `--select` asks for: a selector, and phases, which are no part of the design. */
export interface Selection {
  readonly selector: SelectorInit;
  readonly phases: readonly NodePhase[];
}

// The roles of a node are its tags.
const fields = { name: "names", rack: "racks", tag: "tags", role: "tags", profile: "hostProfiles" } as const;
const keys = [...Object.keys(fields), "label", "phase"];

/**
 * Reads `--select KEY=VALUE[,VALUE…]` options, with keys name, rack, tag (or role), profile, label (`label=KEY:VALUE`) and phase. Different keys must all hold; of
 * one key any value suffices, but every label must be there. Throws CliError with the nearest word.
 */
export function parseSelection(options: readonly string[]): Selection {
  const selector: Record<(typeof fields)[keyof typeof fields], string[]> & { labels: Record<string, string> } = {
    ...{ names: [], racks: [], tags: [], hostProfiles: [] },
    labels: {},
  };
  const phases: NodePhase[] = [];
  for (const option of options) {
    const equals = option.indexOf("=");
    const key = equals < 0 ? "name" : option.slice(0, equals);
    const values = option
      .slice(equals + 1)
      .split(",")
      .filter((value) => value !== "");
    if (!keys.includes(key) || values.length === 0) throw selectsNothing(option, key);
    if (isField(key)) selector[fields[key]].push(...values);
    else if (key === "phase") phases.push(...parsePhases(values.join(",")));
    else {
      for (const pair of values) {
        const colon = pair.indexOf(":");
        if (colon < 1) throw selectsNothing(option, key);
        selector.labels[pair.slice(0, colon)] = pair.slice(colon + 1);
      }
    }
  }
  return { selector, phases };
}

function selectsNothing(option: string, key: string): CliError {
  const near = suggest(key, keys);
  return new CliError(
    exitCode.usage,
    `${JSON.stringify(option)} selects nothing`,
    near === undefined
      ? "write name=n01,n02, rack=r1, tag=gpu (or role=gpu), profile=compute, label=team:ai or phase=ready"
      : `did you mean ${near}=…?`,
  );
}

function isField(key: string): key is keyof typeof fields {
  return Object.hasOwn(fields, key);
}
