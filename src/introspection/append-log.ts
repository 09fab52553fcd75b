import type { Client, HandlerContext } from "@connectrpc/connect";
import { Code } from "@connectrpc/connect";
import type { DesignStateService } from "../../gen/bedplate/design/v1/design_state_service_pb.js";
import type { AppendLogRequest } from "../../gen/bedplate/introspection/v1/introspection_service_pb.js";
import type {
  OrchestratorService,
  RecordNodeLogResponse,
} from "../../gen/bedplate/orchestrator/v1/orchestrator_service_pb.js";
import { ErrorReason, RetryKind } from "../../gen/bedplate/type/v1/error_pb.js";
import { failure } from "../mesh/failure.ts";
import type { LogAllowance } from "./log-allowance.ts";
import type { TokenOwner } from "./node-token-store.ts";

/** What taking a node's lines needs. */
export interface AppendLogDeps {
  readonly designState: () => Client<typeof DesignStateService>;
  readonly orchestrator: () => Client<typeof OrchestratorService>;
  readonly allowance: LogAllowance;
}

/** Passes a node's lines on to the orchestrator. Throws RESOURCE_EXHAUSTED when they are more than the node may send, NOT_FOUND when it left the design. */
export async function appendLog(
  { designState, orchestrator, allowance }: AppendLogDeps,
  { design, node, jobId }: TokenOwner,
  { lines }: AppendLogRequest,
  context: HandlerContext,
): Promise<RecordNodeLogResponse> {
  const bytes = lines.reduce((sum, { text, source }) => sum + Buffer.byteLength(text) + source.length, 0);
  const delayMs = allowance.take(`${design} ${node} ${jobId}`, { lines: lines.length, bytes });
  if (delayMs > 0) throw tooMuch(node, delayMs);
  const { signal } = context;
  await designState().getNodeStatus({ design, node }, { signal });
  const token = /^bearer\s+(\S+)/i.exec(context.requestHeader.get("authorization") ?? "")?.[1];
  // What a node logs of its start may hold its own token.
  const hide = (text: string): string => (token === undefined ? text : text.replaceAll(token, "[token]"));
  const told = lines.map(({ text, source, at }) => ({ node, source, text: hide(text), ...(at && { at }) }));
  return orchestrator().recordNodeLog({ design, jobId, lines: told }, { signal });
}

function tooMuch(node: string, delayMs: number): unknown {
  const never = delayMs === Number.POSITIVE_INFINITY;
  return failure(Code.ResourceExhausted, ErrorReason.LIMIT_EXCEEDED, `node ${node} sends more of its log than it may`, {
    subject: node,
    retry: never ? { kind: RetryKind.NEVER } : { kind: RetryKind.AFTER, delayMs },
    hint: never ? "send fewer lines at a time" : "none of these lines was taken; send them again after the delay",
  });
}
