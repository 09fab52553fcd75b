import type { ServiceImpl } from "@connectrpc/connect";
import type { DesignStateService } from "../../gen/bedplate/design/v1/design_state_service_pb.js";
import type { StateDeps } from "./deps.ts";
import { createAddressHandlers } from "./handlers/addresses.ts";
import { createAllocationHandlers } from "./handlers/allocate-address.ts";
import { createChangeHandlers } from "./handlers/changes.ts";
import { createCommitHandlers } from "./handlers/commit.ts";
import { createCountHandlers } from "./handlers/count-items.ts";
import { createCustomKindHandlers } from "./handlers/custom-kinds.ts";
import { createDesignHandlers } from "./handlers/designs.ts";
import { createDiffHandlers } from "./handlers/diff.ts";
import { createExplainHandlers } from "./handlers/explain.ts";
import { createItemChangeHandlers } from "./handlers/item-changes.ts";
import { createItemHistoryHandlers } from "./handlers/item-history.ts";
import { createItemHandlers } from "./handlers/items.ts";
import { createNodeNetworkHandlers } from "./handlers/node-network.ts";
import { createNodeStatusHandlers } from "./handlers/node-status.ts";
import { createRawItemHandlers } from "./handlers/raw-items.ts";
import { createReferenceHandlers } from "./handlers/references.ts";
import { createRestoreHandlers } from "./handlers/restore.ts";
import { createRevisionHandlers } from "./handlers/revisions.ts";
import { createSecretHandlers } from "./handlers/secrets.ts";
import { createTagHandlers } from "./handlers/tags.ts";
import { createWatchHandler } from "./handlers/watch.ts";
import { refuseUnstorableText } from "./refuse-unstorable-text.ts";

/** The code behind DesignStateService: every RPC that is not planned for later. It keeps no state beside the database. */
export function createDesignStateService(deps: StateDeps): Partial<ServiceImpl<typeof DesignStateService>> {
  return guarded({
    ...createDesignHandlers(deps),
    ...createChangeHandlers(deps),
    ...createCommitHandlers(deps),
    ...createRevisionHandlers(deps),
    ...createTagHandlers(deps),
    ...createDiffHandlers(deps),
    ...createRestoreHandlers(deps),
    ...createItemHistoryHandlers(deps),
    ...createItemHandlers(deps),
    ...createRawItemHandlers(deps),
    ...createItemChangeHandlers(deps),
    ...createCountHandlers(deps),
    ...createCustomKindHandlers(deps),
    ...createExplainHandlers(deps),
    ...createReferenceHandlers(deps),
    ...createAddressHandlers(deps),
    ...createAllocationHandlers(deps),
    ...createNodeNetworkHandlers(deps),
    ...createNodeStatusHandlers(deps),
    ...createSecretHandlers(deps),
    ...createWatchHandler(deps),
  });
}

/** The same handlers, each refusing what no database could store or compare before anything else looks at it. */
function guarded<Handlers extends object>(handlers: Handlers): Handlers {
  const entries = Object.entries(handlers).map(([name, handler]) => [
    name,
    (request: object, context: unknown) => {
      refuseUnstorableText(request);
      return handler(request, context);
    },
  ]);
  return Object.fromEntries(entries);
}
