import type { StepKind } from "../../../gen/bedplate/orchestrator/v1/plan_pb.js";
import { annotate } from "./annotate.ts";
import { commission } from "./commission.ts";
import { configureNetwork } from "./configure-network.ts";
import { configureStorage } from "./configure-storage.ts";
import { deploy } from "./deploy.ts";
import { powerOff } from "./power-off.ts";
import { powerOn } from "./power-on.ts";
import { prepareSite } from "./prepare-site.ts";
import { release } from "./release.ts";
import type { Step } from "./step.ts";
import { verifyDesign } from "./verify-design.ts";
import { verifyHardware } from "./verify-hardware.ts";
import { verifyNode } from "./verify-node.ts";
import { verifyOob } from "./verify-oob.ts";

const ALL: readonly Step[] = [
  prepareSite,
  commission,
  verifyHardware,
  configureNetwork,
  configureStorage,
  deploy,
  verifyNode,
  verifyOob,
  release,
  powerOff,
  powerOn,
  annotate,
  verifyDesign,
];

/** The steps there are, by kind. */
export const STEPS: ReadonlyMap<StepKind, Step> = new Map(ALL.map((step) => [step.kind, step]));
