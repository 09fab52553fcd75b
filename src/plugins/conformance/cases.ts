import { socketCase } from "./cases/c01-socket.ts";
import { infoCase } from "./cases/c02-info.ts";
import { negotiationCase } from "./cases/c03-negotiation.ts";
import { unknownOptionCase } from "./cases/c04-unknown-option.ts";
import { sameAnswersCase } from "./cases/c05-same-answers.ts";
import { alreadyThereCase } from "./cases/c08-already-there.ts";
import { releaseAbsentCase } from "./cases/c09-release-absent.ts";
import { leaseCase } from "./cases/c12-lease.ts";
import { planCase } from "./cases/c13-plan.ts";
import { unknownCase } from "./cases/c15-unknown.ts";
import { successCase } from "./cases/c19-success.ts";
import { secretsCase } from "./cases/c20-secrets.ts";
import { boundsCase } from "./cases/c23-bounds.ts";
import { undeclaredCase } from "./cases/c24-undeclared.ts";
import { descriptorsCase } from "./cases/c25-descriptors.ts";
import type { ConformanceCase } from "./conformance-case.ts";

/** Every case in the order they run. The two that judge all answers come last. */
export const CASES: readonly ConformanceCase[] = [
  socketCase,
  infoCase,
  negotiationCase,
  unknownOptionCase,
  sameAnswersCase,
  alreadyThereCase,
  releaseAbsentCase,
  leaseCase,
  planCase,
  unknownCase,
  boundsCase,
  undeclaredCase,
  descriptorsCase,
  successCase,
  secretsCase,
];
