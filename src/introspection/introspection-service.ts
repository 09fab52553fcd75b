import { clone, create } from "@bufbuild/protobuf";
import { timestampDate, timestampFromDate } from "@bufbuild/protobuf/wkt";
import { type Client, Code, ConnectError, type HandlerContext, type ServiceImpl } from "@connectrpc/connect";
import { sql } from "drizzle-orm";
import type { DesignStateService } from "../../gen/bedplate/design/v1/design_state_service_pb.js";
import { type Node, NodeSchema } from "../../gen/bedplate/design/v1/node_pb.js";
import { HardwareVerdict } from "../../gen/bedplate/design/v1/node_status_pb.js";
import type { IntrospectionService } from "../../gen/bedplate/introspection/v1/introspection_service_pb.js";
import { NodeReportPhase } from "../../gen/bedplate/introspection/v1/manifest_pb.js";
import type { OrchestratorService } from "../../gen/bedplate/orchestrator/v1/orchestrator_service_pb.js";
import { ErrorReason } from "../../gen/bedplate/type/v1/error_pb.js";
import { type HardwareManifest, HardwareManifestSchema } from "../../gen/bedplate/type/v1/hardware_pb.js";
import { type Db, execute } from "../db/database.ts";
import { callerOf } from "../mesh/call.ts";
import { failure } from "../mesh/failure.ts";
import { appendLog } from "./append-log.ts";
import { compareWithProfile } from "./compare-with-profile.ts";
import { completeManifest } from "./complete-manifest.ts";
import { dropSecrets } from "./drop-secrets.ts";
import { createLogAllowance, DEFAULT_LOG_POLICY, type LogPolicy } from "./log-allowance.ts";
import { ManifestError, type ManifestInit, readLshwManifest } from "./lshw-manifest.ts";
import type { NodeTokenStore, TokenOwner } from "./node-token-store.ts";

/** What the service stands on. */
export interface IntrospectionDeps {
  readonly db: Db;
  readonly tokens: NodeTokenStore;
  readonly designState: () => Client<typeof DesignStateService>;
  readonly orchestrator: () => Client<typeof OrchestratorService>;
  /** How much of its log a node may send; where it differs from what holds otherwise. */
  readonly logPolicy?: Partial<LogPolicy>;
  /** Told when a node has reported something, for whoever waits for it in this process. */
  readonly changed?: (design: string, node: string) => void;
}

type Implementation = Required<
  Pick<
    ServiceImpl<typeof IntrospectionService>,
    "getSelf" | "reportHardware" | "reportStatus" | "appendLog" | "registerNodeToken" | "revokeNodeTokens"
  >
>;

/** The Introspection API: a node's own effective data out, its hardware and progress in. Reads need nothing but the design state. */
export function createIntrospectionService(deps: IntrospectionDeps): Implementation {
  const { db, tokens, designState, orchestrator, changed } = deps;
  const allowance = createLogAllowance({ ...DEFAULT_LOG_POLICY, ...deps.logPolicy }, () => performance.now());
  return {
    async getSelf(request, context) {
      const owner = ownerOf(context, request.node);
      const { node, revision } = await readNode(designState(), owner, context);
      return { name: owner.node, design: owner.design, revision, node, fqdn: node.fqdn ?? "" };
    },

    async reportHardware(request, context) {
      const owner = ownerOf(context, request.node);
      const at = await databaseNow(db);
      const init = readManifest(request.manifest?.content ?? "");
      const report = create(HardwareManifestSchema, { ...init, observedAt: timestampFromDate(at) });
      const manifest = completeManifest(report, await earlierManifest(designState(), owner, context));
      const { node } = await readNode(designState(), owner, context);
      const { fits, differences } = await compareWithProfile(
        designState(),
        owner.design,
        node,
        manifest,
        context.signal,
      );
      const verdict = fits ? HardwareVerdict.MATCH : HardwareVerdict.MISMATCH;
      await designState().recordNodeStatus(
        {
          design: owner.design,
          updates: [
            { node: owner.node, asBuilt: manifest, hardwareVerdict: verdict, hardwareDifferences: differences },
          ],
        },
        { signal: context.signal },
      );
      return { verdict, differences };
    },

    async reportStatus(request, context) {
      const owner = ownerOf(context, request.node);
      const at = timestampFromDate(await databaseNow(db));
      const failed = request.phase === NodeReportPhase.FAILED;
      const ready = request.phase === NodeReportPhase.READY;
      await designState().recordNodeStatus(
        {
          design: owner.design,
          updates: [
            {
              node: owner.node,
              conditions: [
                { type: "CalledIn", status: true, message: request.message, since: at },
                ...(ready || failed ? [{ type: "NodeReady", status: ready, message: request.message, since: at }] : []),
              ],
              ...(ready ? { calledInAt: at } : {}),
            },
          ],
        },
        { signal: context.signal },
      );
      changed?.(owner.design, owner.node);
      return { recordedAt: at };
    },

    async appendLog(request, context) {
      const owner = ownerOf(context, request.node);
      const { recordedAt } = await appendLog({ designState, orchestrator, allowance }, owner, request, context);
      return recordedAt === undefined ? {} : { recordedAt };
    },

    async registerNodeToken(request) {
      const { design, node, jobId, tokenSha256, expiresAt } = request;
      if (expiresAt === undefined)
        throw failure(Code.InvalidArgument, ErrorReason.INVALID_FIELD, "expires_at is missing", {
          fieldPath: "expires_at",
        });
      await tokens.register(tokenSha256, { design, node, jobId }, timestampDate(expiresAt));
      return {};
    },

    async revokeNodeTokens({ design, node }) {
      await tokens.revoke(design, node);
      return {};
    },
  };
}

/** Whose data the call is about: the token's owner. Asking for another node is refused. */
function ownerOf(context: HandlerContext, asked: string): TokenOwner {
  const caller = callerOf(context.values);
  if (caller.node === undefined) {
    throw failure(Code.PermissionDenied, ErrorReason.ROLE_REQUIRED, "only a node may call this, with its node token");
  }
  if (asked !== "" && asked !== caller.node.node) {
    throw failure(Code.PermissionDenied, ErrorReason.OTHER_NODE, `the token is not that of node ${asked}`, {
      subject: asked,
      hint: "leave node empty, or name the node the token was made for",
    });
  }
  return caller.node;
}

async function readNode(
  designState: Client<typeof DesignStateService>,
  owner: TokenOwner,
  context: HandlerContext,
): Promise<{ node: Node; revision: bigint }> {
  const { item } = await designState.getItem(
    { design: owner.design, kind: "Node", name: owner.node },
    { signal: context.signal },
  );
  if (item?.spec.case !== "node") {
    throw failure(Code.NotFound, ErrorReason.NOT_FOUND, `node ${owner.node} is not in the design`, {
      subject: owner.node,
    });
  }
  const node = clone(NodeSchema, item.spec.value);
  dropSecrets(NodeSchema, node);
  // How its own controller is reached is no node's business, and parameters of a protocol may hold keys.
  delete node.oob;
  return { node, revision: item.fromRevision };
}

/** What was known of the machine before; undefined when nothing was. */
async function earlierManifest(
  designState: Client<typeof DesignStateService>,
  { design, node }: TokenOwner,
  { signal }: HandlerContext,
): Promise<HardwareManifest | undefined> {
  try {
    return (await designState.getAsBuilt({ design, node }, { signal })).manifest;
  } catch (error) {
    if (ConnectError.from(error).code === Code.NotFound) return undefined;
    throw error;
  }
}

function readManifest(text: string): ManifestInit {
  try {
    return readLshwManifest(text);
  } catch (error) {
    if (!(error instanceof ManifestError)) throw error;
    throw failure(Code.InvalidArgument, ErrorReason.INVALID_FIELD, error.message, { fieldPath: "manifest.content" });
  }
}

async function databaseNow(db: Db): Promise<Date> {
  const rows = await execute<{ now: string }>(
    db,
    sql`select to_char(now() at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as now`,
  );
  return new Date(rows[0]?.now ?? Number.NaN);
}
