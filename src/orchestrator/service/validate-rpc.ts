import { create } from "@bufbuild/protobuf";
import { type Client, ConnectError, type ServiceImpl } from "@connectrpc/connect";
import type { DesignStateService } from "../../../gen/bedplate/design/v1/design_state_service_pb.js";
import { DriverKind, DriverService } from "../../../gen/bedplate/driver/v1/driver_service_pb.js";
import type { OrchestratorService } from "../../../gen/bedplate/orchestrator/v1/orchestrator_service_pb.js";
import { type Diagnostic, DiagnosticSchema, Severity } from "../../../gen/bedplate/type/v1/diagnostic_pb.js";
import { driverInstancesOf } from "../../plan/create-plan.ts";
import type { DesignSnapshots } from "../design-snapshot.ts";
import type { DriverAccess } from "../drivers/driver-access.ts";
import { driverError } from "../drivers/driver-failure.ts";
import { oneLine } from "../one-line.ts";
import { resolveRevision } from "../planning/planner.ts";
import { networkDriverOf } from "../steps/ensure-ports.ts";

/** What validation needs. */
export interface ValidateRpcDeps {
  readonly state: () => Client<typeof DesignStateService>;
  readonly snapshots: DesignSnapshots;
  readonly drivers: DriverAccess;
  /** Deadline of one probe, in milliseconds. */
  readonly callMs: number;
}

const MOST = 1_000;

/** ValidateDesign: the revision's own diagnostics, and whether the driver instances it names are there, of the right kind, and answer. */
export function createValidateRpc(
  deps: ValidateRpcDeps,
): Pick<ServiceImpl<typeof OrchestratorService>, "validateDesign"> {
  const { state, snapshots } = deps;
  return {
    async validateDesign({ design, revision: asked }, { signal }) {
      const { revision } = await resolveRevision(state(), design, asked);
      const found =
        revision === 0n ? [] : (await state().listDiagnostics({ design, revision, pageSize: MOST })).diagnostics;
      const { view } = await snapshots.read(design, revision);
      const servers = driverInstancesOf(view, [...view.nodes.keys()]);
      const checks = [
        ...servers.map((name) => checkInstance(deps, name, DriverKind.SERVER, "server_driver", view.siteName, signal)),
        checkInstance(deps, networkDriverOf(view.site), DriverKind.NETWORK, "network_driver", view.siteName, signal),
      ];
      const ofDrivers = (await Promise.all(checks)).filter((diagnostic) => diagnostic !== undefined);
      const diagnostics = [...ofDrivers, ...found].slice(0, MOST);
      const valid = revision > 0n && diagnostics.every(({ severity }) => severity !== Severity.ERROR);
      return { valid, diagnostics, revision };
    },
  };
}

async function checkInstance(
  { drivers, callMs }: ValidateRpcDeps,
  name: string,
  kind: DriverKind,
  field: string,
  site: string,
  signal: AbortSignal,
): Promise<Diagnostic | undefined> {
  const problem = (message: string): Diagnostic =>
    create(DiagnosticSchema, {
      rule: "driver-instance",
      severity: Severity.ERROR,
      message: oneLine(message),
      hint: `look at it: bedplate driver info ${name}`,
      kind: "Site",
      name: site,
      field,
    });
  try {
    const { kinds } = await drivers.info(name, signal);
    if (!kinds.includes(kind)) return problem(`driver instance ${name} is no ${DriverKind[kind].toLowerCase()} driver`);
    await drivers.call(name, DriverService, signal, (client, target) =>
      client.probe({ target }, { signal, timeoutMs: callMs }),
    );
    return undefined;
  } catch (error) {
    signal.throwIfAborted();
    return problem(ConnectError.from(driverError(name, error)).rawMessage);
  }
}
