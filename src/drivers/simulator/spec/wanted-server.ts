import { ServerPhase } from "../../../../gen/bedplate/driver/v1/server_driver_service_pb.js";
import type { ServerSpec } from "../../../../gen/bedplate/driver/v1/server_spec_pb.js";
import type { WantedServer } from "../world/calls.ts";
import { hardwareOf } from "./hardware.ts";
import { networkFields } from "./network-fields.ts";
import { put, quoted } from "./quoted.ts";
import { storageFields } from "./storage-fields.ts";

/** The part of a specification a phase is about, as a world takes it. Nothing of it is secret but the user data. */
export function wantedServer(spec: ServerSpec, phase: ServerPhase): WantedServer {
  const name = spec.identity?.name ?? "";
  switch (phase) {
    case ServerPhase.COMMISSIONED:
      return { name, hardware: hardwareOf(spec) };
    case ServerPhase.NETWORK_CONFIGURED:
      return { name, fields: networkFields(spec.interfaces), digest: spec.specDigest };
    case ServerPhase.STORAGE_CONFIGURED:
      return { name, fields: storageFields(spec.storage), digest: spec.specDigest };
    case ServerPhase.DEPLOYED: {
      const { tags, ownerData, specDigest: digest, userData } = spec;
      return { name, fields: platformFields(spec), tags, ownerData, digest, userData };
    }
    default:
      return { name };
  }
}

function platformFields(spec: ServerSpec): Record<string, string> {
  const fields: Record<string, string> = {};
  put(fields, "image", spec.image);
  put(fields, "kernel", spec.kernel);
  for (const key in spec.kernelParams) fields[`kernel_params[${quoted(key)}]`] = spec.kernelParams[key] ?? "";
  put(fields, "fqdn", spec.fqdn);
  put(fields, "architecture", spec.architecture);
  put(fields, "primary_network", spec.primaryNetwork);
  return fields;
}
