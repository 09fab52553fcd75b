import type { StepKind } from "../../../gen/bedplate/orchestrator/v1/plan_pb.js";
import { commission } from "./commission.ts";
import { configureNetwork } from "./configure-network.ts";
import { configureStorage } from "./configure-storage.ts";
import { deploy } from "./deploy.ts";
import { prepareSite } from "./prepare-site.ts";
import type { Step } from "./step.ts";
import { verifyHardware } from "./verify-hardware.ts";
import { verifyNode } from "./verify-node.ts";

const ALL: readonly Step[] = [
  prepareSite,
  commission,
  verifyHardware,
  configureNetwork,
  configureStorage,
  deploy,
  verifyNode,
];

/** The steps there are, by kind. */
export const STEPS: ReadonlyMap<StepKind, Step> = new Map(ALL.map((step) => [step.kind, step]));
