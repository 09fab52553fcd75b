import { DesignStateService } from "../../gen/bedplate/design/v1/design_state_service_pb.js";
import {
  DifferenceSeverity,
  type HardwareDifference,
  HardwareDifferenceSchema,
  HardwareVerdict,
} from "../../gen/bedplate/design/v1/node_status_pb.js";
import { type HardwareManifest, HardwareManifestSchema } from "../../gen/bedplate/type/v1/hardware_pb.js";
import { redactSecrets } from "../mesh/redact-secrets.ts";
import { CliError } from "./cli-error.ts";
import { type ExitCode, exitCode } from "./exit-code.ts";
import type { NodeOptions } from "./node.ts";
import { print, printTable, printValue } from "./output.ts";
import { withServer } from "./with-server.ts";

const DIFFERENCES = ["what", "field", "designed", "built", "where the design says it", "accepted because"];

/** `bedplate node hardware NAME`: what the machine is made of, and how that differs from its hardware profile. */
export async function nodeHardware(node: string, options: NodeOptions): Promise<ExitCode> {
  const { design, output } = options;
  return withServer(options, async ({ clientFor }) => {
    const state = clientFor(DesignStateService);
    const { manifest, digest } = await state.getAsBuilt({ design, node });
    if (manifest === undefined)
      throw new CliError(exitCode.usage, `${node} has reported nothing`, "commission it first");
    const { status } = await state.getNodeStatus({ design, node });
    const differences = status?.hardwareDifferences ?? [];
    const verdict = (HardwareVerdict[status?.hardwareVerdict ?? 0] ?? "UNSPECIFIED").toLowerCase();
    if (output !== "table") {
      await printValue(output, {
        hardware: redactSecrets(HardwareManifestSchema, manifest, { protoNames: true }),
        digest,
        verdict,
        differences: differences.map((each) => redactSecrets(HardwareDifferenceSchema, each, { protoNames: true })),
      });
      return exitCode.done;
    }
    await printMachine(manifest);
    if (verdict === "unspecified") return exitCode.done;
    await print(verdict === "match" ? "fits its hardware profile\n" : "does not fit its hardware profile\n");
    if (differences.length > 0) await printTable(DIFFERENCES, differences.map(differenceRow));
    return exitCode.done;
  });
}

async function printMachine(manifest: HardwareManifest): Promise<void> {
  const { systemVendor, systemProduct, systemSerial, firmwareVersion, cpuCount, cpuModel, memoryMib, bootMode } =
    manifest;
  const model = cpuModel === "" ? "" : ` (${cpuModel})`;
  const mode = bootMode === "" ? "" : ` in ${bootMode} mode`;
  await print(
    `${systemVendor} ${systemProduct}, serial ${systemSerial || "-"}, firmware ${firmwareVersion || "-"}${mode}; ${cpuCount} CPUs${model}, ${memoryMib} MiB\n`,
  );
  const driverAt = new Map(manifest.devices.map(({ pciAddress, driver }) => [pciAddress, driver]));
  await printTable(
    ["device", "bus", "address", "what", "firmware", "module"],
    [
      ...manifest.nics.map((nic) => [
        ...[nic.logicalName, "pci", nic.pciAddress, `${nic.vendor} ${nic.product} ${nic.mac}`],
        ...[nic.firmwareVersion || "-", driverAt.get(nic.pciAddress) || "-"],
      ]),
      ...manifest.disks.map((disk) => [
        ...[disk.logicalName, "scsi", disk.scsiAddress, `${disk.model} ${disk.serial} ${disk.sizeBytes} bytes`],
        ...[disk.firmwareVersion || "-", "-"],
      ]),
    ],
  );
}

function differenceRow(difference: HardwareDifference): string[] {
  const { field, designed, built, severity, waiverReason, origin } = difference;
  const place =
    origin?.location === undefined ? (origin?.rule ?? "") : `${origin.location.uri}:${origin.location.line}`;
  return [severityWord(severity), field, designed, built || "-", place || "-", waiverReason || "-"];
}

/** One word for what a difference means. */
export function severityWord(severity: DifferenceSeverity): string {
  return severity === DifferenceSeverity.UNSPECIFIED ? "-" : (DifferenceSeverity[severity] ?? "-").toLowerCase();
}
