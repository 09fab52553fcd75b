import { DriverError, rejected } from "../driver-error.ts";
import { nodeName, type Step } from "./step.ts";

/** What MAAS looks at before it installs a machine: how its refusal is known, and what a person can do about it. */
const PRECONDITIONS: readonly (readonly [pattern: RegExp, message: string, hint: string])[] = [
  [
    /no address family in common/,
    "has no address of a family that MAAS itself has",
    "give the node an address on a network that MAAS's rack controller is on too",
  ],
  [
    /"network"|must be configured to use a network/,
    "has no interface with an address",
    "give the node an address on one network at least; a link without address does not count",
  ],
  [
    /"storage"|root '\/'|storage device/,
    "has no disk with a mounted root file system",
    "give the node a boot drive or a file system that is mounted at /, and configure its storage again",
  ],
  [
    /"distro_series"/,
    "is to have an image that MAAS does not have",
    "import the image in MAAS, or mend the node's image",
  ],
  [
    /"hwe_kernel"/,
    "is to have a kernel that its image does not have",
    "mend the node's kernel: MAAS names those of an image ga-24.04, hwe-24.04 and the like",
  ],
  [
    /Failed to render preseed/,
    "has no installation that MAAS could write down",
    "mend MAAS's preseed or curtin template that the message names",
  ],
];

/** What the refusal of an installation means; the error itself when there is no more to say about it. */
export function deployRefusal(step: Pick<Step, "spec">, error: unknown): unknown {
  const vendorCode = error instanceof DriverError ? (error.failure.vendorCode ?? "") : "";
  const found = vendorCode.startsWith("400 ") ? PRECONDITIONS.find(([pattern]) => pattern.test(vendorCode)) : undefined;
  if (found === undefined) return error;
  const [, message, hint] = found;
  const subject = nodeName(step);
  return rejected(`MAAS installs nothing on node ${subject}: it ${message}`, { subject, vendorCode, hint });
}
