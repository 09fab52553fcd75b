import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { type Client, Code, ConnectError } from "@connectrpc/connect";
import type { DesignStateService } from "../../../gen/bedplate/design/v1/design_state_service_pb.js";
import type { ValueOriginSchema } from "../../../gen/bedplate/design/v1/history_pb.js";
import {
  ChangeOriginSchema,
  type Plan,
  type PlanStep,
  PlanStepSchema,
  StepKind,
} from "../../../gen/bedplate/orchestrator/v1/plan_pb.js";
import { type DesignPlace, placeOfNodeField, placeOfSiteChange } from "../../plan/change-origin.ts";
import type { DesignSnapshots } from "../design-snapshot.ts";
import { createSemaphore } from "../semaphore.ts";

/** What finding origins needs. */
export interface OriginDeps {
  readonly snapshots: DesignSnapshots;
  readonly state: () => Client<typeof DesignStateService>;
}

const AT_ONCE = 8;

type Origin = MessageInitShape<typeof ValueOriginSchema>;

/**
 * The steps of a plan with where the design says what their changes lead to, at the plan's revision. Each place is asked for once, a few at a time; a change whose value the
 * design doesn't hold gets no origin.
 */
export async function withOrigins(
  { snapshots, state }: OriginDeps,
  { design, revision }: Plan,
  steps: readonly PlanStep[],
  signal: AbortSignal,
): Promise<PlanStep[]> {
  const { view } = await snapshots.read(design, revision);
  const turns = createSemaphore(AT_ONCE);
  const asked = new Map<string, Promise<Origin | undefined>>();
  const ask = (place: DesignPlace): Promise<Origin | undefined> => {
    const key = JSON.stringify([place.kind, place.name, place.path]);
    const known = asked.get(key) ?? turns.run(signal, () => explain(state(), design, revision, place, signal));
    asked.set(key, known);
    return known;
  };
  return Promise.all(
    steps.map(async (step) => {
      const found = await Promise.all(
        step.changes.map(async (change, index) => {
          const place =
            step.kind === StepKind.PREPARE_SITE
              ? placeOfSiteChange(view, change)
              : placeOfNodeField(view, step.subject, change.field);
          const origin = place === undefined ? undefined : await ask(place);
          if (place === undefined || origin === undefined) return [];
          return [create(ChangeOriginSchema, { change: index, ...place, origin })];
        }),
      );
      return create(PlanStepSchema, { ...step, origins: found.flat() });
    }),
  );
}

async function explain(
  state: Client<typeof DesignStateService>,
  design: string,
  revision: bigint,
  { kind, name, path }: DesignPlace,
  signal: AbortSignal,
): Promise<Origin | undefined> {
  try {
    const { explanation } = await state.explain({ design, revision, kind, name, path }, { signal });
    if (explanation === undefined) return undefined;
    const { from, item, layer, rule } = explanation;
    return { ...(from !== undefined && { location: from }), item, layer, rule };
  } catch (error) {
    const { code } = ConnectError.from(error);
    if (code === Code.NotFound || code === Code.InvalidArgument) return undefined;
    throw error;
  }
}
