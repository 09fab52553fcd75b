import { Buffer } from "node:buffer";
import type { Plan } from "../../../gen/bedplate/orchestrator/v1/plan_pb.js";
import type { Db } from "../../db/database.ts";
import { PLAN_TEXT_END, planTextStart, stepText } from "../../plan/plan-text.ts";
import { listPlanSteps } from "../store/plans.ts";
import { headerInText } from "./plan-messages.ts";

const STEPS_AT_ONCE = 500;
const PIECE_BYTES = 256 * 1024;
const LARGEST_PIECE = 1024 * 1024;

/** A stored plan's text in pieces of at most 1 MiB. Its SHA-256 is the plan's digest. Steps are read page by page, so memory doesn't grow with the plan. */
export async function* exportPlan(db: Db, header: Plan): AsyncGenerator<Uint8Array> {
  let text = planTextStart(headerInText(header));
  let after = 0;
  for (;;) {
    const steps = await listPlanSteps(db, header.id, { after }, STEPS_AT_ONCE);
    for (const step of steps) {
      text += `${after === 0 ? "" : ","}${stepText(step)}`;
      after = step.sequence;
      if (text.length < PIECE_BYTES) continue;
      yield* piecesOf(text);
      text = "";
    }
    if (steps.length < STEPS_AT_ONCE) break;
  }
  yield* piecesOf(text + PLAN_TEXT_END);
}

function* piecesOf(text: string): Generator<Uint8Array> {
  const bytes = Buffer.from(text, "utf8");
  for (let at = 0; at < bytes.length; at += LARGEST_PIECE) yield bytes.subarray(at, at + LARGEST_PIECE);
}
