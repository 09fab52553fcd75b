import type { Client } from "@connectrpc/connect";
import type { DesignStateService } from "../../../gen/bedplate/design/v1/design_state_service_pb.js";
import type { NodeStatus } from "../../../gen/bedplate/design/v1/node_status_pb.js";
import { wait } from "../wait.ts";
import { nodeStatuses } from "../world.ts";

/** Watches the state of nodes for steps that wait for a node to do something by itself. */
export interface CallInWatch {
  /** Resolves with the node's state once `accept` takes it. Rejects with the signal's reason. */
  until(
    design: string,
    node: string,
    signal: AbortSignal,
    accept: (status: NodeStatus) => boolean,
  ): Promise<NodeStatus>;
  /** Says that a node's state has just changed, so that whoever waits for it need not wait for the next look. */
  changed(design: string, node: string): void;
}

interface Waiter {
  readonly accept: (status: NodeStatus) => boolean;
  readonly done: (status: NodeStatus) => void;
}

// Reading so many nodes one by one costs less than reading the whole design.
const FEW = 8;

/** Makes a watch that looks at all awaited nodes of a design together, every `pollMs`, until `stop` aborts. */
export function createCallInWatch(
  state: () => Client<typeof DesignStateService>,
  pollMs: number,
  stop: AbortSignal,
  onError: (error: unknown) => void,
): CallInWatch {
  const designs = new Map<string, Map<string, Set<Waiter>>>();
  // Designs a loop is running for: one is enough, however often the last waiter leaves and the next comes.
  const watched = new Set<string>();

  const tell = (design: string, status: NodeStatus): void => {
    for (const waiter of designs.get(design)?.get(status.node) ?? []) if (waiter.accept(status)) waiter.done(status);
  };
  const lookAt = async (design: string, node: string): Promise<void> => {
    const { status } = await state().getNodeStatus({ design, node });
    if (status !== undefined) tell(design, status);
  };
  const unlessStopped = (error: unknown): void => {
    if (!stop.aborted) onError(error);
  };
  const look = async (design: string, nodes: ReadonlyMap<string, unknown>): Promise<void> => {
    if (nodes.size > FEW) for await (const status of nodeStatuses(state(), design)) tell(design, status);
    // A node that can't be read, such as one that left the design, must not hide the others.
    else for (const node of [...nodes.keys()]) await lookAt(design, node).catch(unlessStopped);
  };
  const watch = async (design: string): Promise<void> => {
    if (watched.has(design)) return;
    watched.add(design);
    for (let nodes = designs.get(design); nodes !== undefined && !stop.aborted; nodes = designs.get(design)) {
      await look(design, nodes).catch(unlessStopped);
      // Who comes within this wait finds the loop running, and is looked after by it.
      await wait(pollMs, stop).catch(() => {});
    }
    watched.delete(design);
  };
  return {
    until(design, node, signal, accept) {
      return new Promise((resolve, reject) => {
        const leave = (): void => {
          signal.removeEventListener("abort", onAbort);
          const nodes = designs.get(design);
          const waiters = nodes?.get(node);
          waiters?.delete(waiter);
          if (waiters?.size === 0) nodes?.delete(node);
          if (nodes?.size === 0) designs.delete(design);
        };
        const onAbort = (): void => {
          leave();
          reject(signal.reason);
        };
        const waiter: Waiter = {
          accept,
          done(status) {
            leave();
            resolve(status);
          },
        };
        if (signal.aborted) return reject(signal.reason);
        signal.addEventListener("abort", onAbort, { once: true });
        const nodes = designs.get(design);
        if (nodes === undefined) {
          designs.set(design, new Map([[node, new Set([waiter])]]));
          void watch(design);
          return;
        }
        const waiters = nodes.get(node);
        if (waiters === undefined) nodes.set(node, new Set([waiter]));
        else waiters.add(waiter);
      });
    },
    changed(design, node) {
      if (designs.get(design)?.has(node)) lookAt(design, node).catch(onError);
    },
  };
}
