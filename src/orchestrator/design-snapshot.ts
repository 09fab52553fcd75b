import type { Client } from "@connectrpc/connect";
import type { DesignStateService } from "../../gen/bedplate/design/v1/design_state_service_pb.js";
import type { EffectiveItem } from "../design/effective-item.ts";
import { effectiveItemFromMessage } from "../design/from-message.ts";
import { createDesignView, type DesignView } from "../plan/design-view.ts";
import { createServerSpecs, type NodeSpec } from "../plan/driver-spec/server-spec.ts";

/** One revision of a design as planning and drivers need it. Revisions never change, so neither does this. */
export interface DesignSnapshot {
  readonly design: string;
  readonly revision: bigint;
  readonly view: DesignView;
  /** A node's specification; throws for a node the revision doesn't have. */
  readonly specOf: (node: string) => NodeSpec;
}

/** Reads revisions, and keeps the last few. */
export interface DesignSnapshots {
  /** The snapshot of a revision, which must be a number of the design. Throws as DesignStateService does. */
  read(design: string, revision: bigint): Promise<DesignSnapshot>;
}

const KEPT = 4;
const PAGE = 500;
// More than there are nodes at work at a time.
const SPECS_KEPT = 2_000;
const KINDS = ["Site", "NetworkLink", "Network", "HardwareProfile", "HostProfile", "Node"] as const;

/** Makes the reader. */
export function createDesignSnapshots(state: () => Client<typeof DesignStateService>): DesignSnapshots {
  const kept = new Map<string, Promise<DesignSnapshot>>();
  return {
    read(design, revision) {
      const key = `${design}@${revision}`;
      const known = kept.get(key);
      kept.delete(key);
      const snapshot = known ?? readSnapshot(state(), design, revision);
      kept.set(key, snapshot);
      snapshot.catch(() => kept.delete(key));
      for (const oldest of kept.keys()) {
        if (kept.size <= KEPT) break;
        kept.delete(oldest);
      }
      return snapshot;
    },
  };
}

async function readSnapshot(
  state: Client<typeof DesignStateService>,
  design: string,
  revision: bigint,
): Promise<DesignSnapshot> {
  const items: EffectiveItem[] = [];
  for (const kind of KINDS) {
    let pageToken = "";
    do {
      const page = await state.listItems({ design, kind, revision, pageSize: PAGE, pageToken });
      for (const item of page.items) items.push(effectiveItemFromMessage(item));
      pageToken = page.nextPageToken;
    } while (pageToken !== "");
  }
  const view = createDesignView(items);
  return { design, revision, view, specOf: keepingLast(createServerSpecs(view), SPECS_KEPT) };
}

/** A step asks for the specification of its node again and again, and making one takes longer than a call to a driver. */
function keepingLast<Made>(make: (name: string) => Made, most: number): (name: string) => Made {
  const kept = new Map<string, Made>();
  return (name) => {
    const known = kept.get(name);
    if (known !== undefined) return known;
    const made = make(name);
    kept.set(name, made);
    for (const oldest of kept.keys()) {
      if (kept.size <= most) break;
      kept.delete(oldest);
    }
    return made;
  };
}
