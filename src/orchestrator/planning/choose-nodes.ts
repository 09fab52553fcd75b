import { type Client, Code } from "@connectrpc/connect";
import type { DesignStateService } from "../../../gen/bedplate/design/v1/design_state_service_pb.js";
import { NodePhase } from "../../../gen/bedplate/design/v1/node_status_pb.js";
import { ErrorReason } from "../../../gen/bedplate/type/v1/error_pb.js";
import type { Selector } from "../../design/selector.ts";
import { failure } from "../../mesh/failure.ts";
import { selectNodes } from "../../plan/select-nodes.ts";
import type { DesignSnapshot } from "../design-snapshot.ts";

/** Which nodes a plan is for: those that meet every condition. */
export interface NodeConditions {
  readonly selector: Selector;
  /** Only nodes in one of these phases now; none for all. */
  readonly phases: readonly NodePhase[];
  /** Only nodes this CEL filter holds for, as ListItems has it; empty for all. */
  readonly filter: string;
}

const PAGE = 1000;

/**
 * The names of the nodes of a revision that meet every condition, in the order of the design. Throws PlanningError as `selectNodes` does, INVALID_ARGUMENT naming
 * the condition that left no node, and what DesignStateService throws about the filter.
 */
export async function chooseNodes(
  state: Client<typeof DesignStateService>,
  { design, revision, view }: DesignSnapshot,
  { selector, phases, filter }: NodeConditions,
  signal: AbortSignal,
): Promise<readonly string[]> {
  let nodes = selectNodes(view, selector);
  if (filter !== "") {
    const held = await everyPage(async (pageToken) => {
      const request = { design, revision, kind: "Node", filter, fields: ["host_profile"], pageSize: PAGE, pageToken };
      const { items, nextPageToken } = await state.listItems(request, { signal });
      return { names: items.map(({ name }) => name), nextPageToken };
    });
    nodes = nodes.filter((node) => held.has(node));
    if (nodes.length === 0) throw leftNone("filter", "the filter holds for no selected node", hints.filter);
  }
  if (phases.length > 0) {
    const words = phases.map((phase) => NodePhase[phase] ?? "");
    const inPhase = await everyPage(async (pageToken) => {
      const request = { design, filter: `status.phase in ${JSON.stringify(words)}`, pageSize: PAGE, pageToken };
      const { statuses, nextPageToken } = await state.listNodeStatus(request, { signal });
      return { names: statuses.map(({ node }) => node), nextPageToken };
    });
    nodes = nodes.filter((node) => inPhase.has(node));
    if (nodes.length === 0) throw leftNone("phases", `no selected node is in phase ${inWords(words)}`, hints.phases);
  }
  return nodes;
}

const hints = {
  filter:
    "try it: bedplate get Node --filter CEL; status and design_changed are known at the newest revision only, and an absent field meets nothing",
  phases: "bedplate node list shows the phase of each node",
} as const;

async function everyPage(
  read: (pageToken: string) => Promise<{ readonly names: readonly string[]; readonly nextPageToken: string }>,
): Promise<ReadonlySet<string>> {
  const all = new Set<string>();
  let pageToken = "";
  do {
    const page = await read(pageToken);
    for (const name of page.names) all.add(name);
    pageToken = page.nextPageToken;
  } while (pageToken !== "");
  return all;
}

function leftNone(fieldPath: string, message: string, hint: string): unknown {
  return failure(Code.InvalidArgument, ErrorReason.INVALID_FIELD, message, { fieldPath, hint });
}

function inWords(phases: readonly string[]): string {
  const words = phases.map((phase) => (phase === "UNSPECIFIED" ? "unknown" : phase.toLowerCase().replaceAll("_", "-")));
  return words.length === 1 ? words.join() : `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`;
}
