import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import { type CallOptions, type Client, Code, type HandlerContext, type ServiceImpl } from "@connectrpc/connect";
import type { ControlService } from "../../gen/bedplate/control/v1/control_service_pb.js";
import type { DesignConsumerService } from "../../gen/bedplate/design/v1/design_consumer_service_pb.js";
import type { DesignStateService } from "../../gen/bedplate/design/v1/design_state_service_pb.js";
import type { Document } from "../../gen/bedplate/design/v1/document_pb.js";
import type { OrchestratorService } from "../../gen/bedplate/orchestrator/v1/orchestrator_service_pb.js";
import type { Diagnostic } from "../../gen/bedplate/type/v1/diagnostic_pb.js";
import { ErrorReason } from "../../gen/bedplate/type/v1/error_pb.js";
import { callerOf } from "../mesh/call.ts";
import { failure } from "../mesh/failure.ts";
import { onBehalfOf } from "../mesh/service-clients.ts";
import type { AuditStore } from "./audit-store.ts";
import { type FollowedSources, noSources } from "./followed-sources.ts";
import { submitDesign } from "./submit-design.ts";

/** What the service stands on. */
export interface ControlDeps {
  readonly version: string;
  /** Full names of the services that answer on this server. */
  readonly services: () => readonly string[];
  readonly database: "embedded" | "postgresql";
  readonly audit: AuditStore;
  readonly consumer: () => Client<typeof DesignConsumerService>;
  readonly designState: () => Client<typeof DesignStateService>;
  readonly orchestrator: () => Client<typeof OrchestratorService>;
  /** What is followed; nothing when absent. */
  readonly sources?: FollowedSources;
}

/** The front door: hands calls on to the services behind it, in the name of whoever called. */
export function createControlService(deps: ControlDeps): Required<ServiceImpl<typeof ControlService>> {
  const { consumer, designState, orchestrator, audit, sources = noSources } = deps;
  return {
    getServerInfo: () => ({ version: deps.version, services: [...deps.services()], database: deps.database }),
    whoAmI(_request, context) {
      const { name, role } = callerOf(context.values);
      return { name, role };
    },

    async submitDesign(request, context) {
      const documents: Document[] = [];
      const diagnostics: Diagnostic[] = [];
      for await (const answer of consumer().consume({ files: request.files }, onward(context))) {
        documents.push(...answer.documents);
        diagnostics.push(...answer.diagnostics);
      }
      const { design, layer, expectedRevision, requestId, message } = request;
      const { committed } = await submitDesign(
        designState(),
        {
          design,
          documents,
          diagnostics,
          requestId,
          message,
          ...(layer === "" ? {} : { layer }),
          ...(expectedRevision === undefined ? {} : { expectedRevision }),
        },
        onward(context),
      );
      return {
        changed: committed.changed,
        diagnostics: committed.diagnostics,
        ...(committed.revision === undefined ? {} : { revision: committed.revision }),
      };
    },

    async validateDesign({ design, revision }, context) {
      const {
        valid,
        diagnostics,
        revision: checked,
      } = await orchestrator().validateDesign({ design, revision }, onward(context));
      return { valid, diagnostics, revision: checked };
    },
    async createPlan({ selector, $typeName: _type, $unknown: _unknown, ...rest }, context) {
      const request = { ...rest, ...(selector === undefined ? {} : { selector }) };
      const { plan } = await orchestrator().createPlan(request, onward(context));
      return plan === undefined ? {} : { plan };
    },
    async applyPlan({ policy, $typeName: _type, $unknown: _unknown, ...rest }, context) {
      const request = { ...rest, ...(policy === undefined ? {} : { policy }) };
      const { job } = await orchestrator().startJob(request, onward(context));
      return job === undefined ? {} : { job };
    },
    async *followJob({ jobId, afterSequence }, context) {
      for await (const { events } of orchestrator().watchJob({ jobId, afterSequence }, onward(context)))
        yield { events };
    },
    async cancelJob({ jobId, reason }, context) {
      const { job } = await orchestrator().cancelJob({ jobId, reason }, onward(context));
      return job === undefined ? {} : { job };
    },
    async listNodes({ design, pageSize, pageToken, filter, orderBy }, context) {
      const { statuses, nextPageToken } = await designState().listNodeStatus(
        { design, pageSize, pageToken, filter, orderBy },
        onward(context),
      );
      return { nodes: statuses, nextPageToken };
    },
    async listDrivers(_request, context) {
      const drivers = [];
      let pageToken = "";
      do {
        const page = await orchestrator().listDriverInstances({ pageSize: 1000, pageToken }, onward(context));
        drivers.push(...page.statuses);
        pageToken = page.nextPageToken;
      } while (pageToken !== "" && drivers.length < 1000);
      return { drivers: drivers.slice(0, 1000) };
    },
    listSources: async () => ({ sources: await sources.list() }),
    syncSource: ({ name }) => sources.sync(name),
    async listAuditRecords({ pageSize, pageToken }) {
      const limit = pageSize === 0 ? 100 : pageSize;
      const before = pageToken === "" ? undefined : sequenceOf(pageToken);
      const records = await audit.list(limit, before);
      const last = records.at(-1);
      return {
        records: records.map(({ at, ...record }) => ({ ...record, at: timestampFromDate(at) })),
        nextPageToken:
          records.length === limit && last !== undefined && last.sequence > 1n ? String(last.sequence) : "",
      };
    },
  };
}

function sequenceOf(pageToken: string): bigint {
  if (/^\d{1,18}$/.test(pageToken)) return BigInt(pageToken);
  throw failure(Code.InvalidArgument, ErrorReason.INVALID_FIELD, "page_token is not one this call gave out", {
    fieldPath: "page_token",
    hint: "pass next_page_token of the page before, or nothing",
  });
}

/** The onward call ends with the caller's, and names the caller. */
function onward(context: HandlerContext): CallOptions {
  const left = context.timeoutMs();
  return {
    ...onBehalfOf(callerOf(context.values)),
    signal: context.signal,
    ...(left === undefined ? {} : { timeoutMs: left }),
  };
}
