import type { Target } from "../../../../gen/bedplate/driver/v1/target_pb.js";
import type { WorldQuestion } from "../world/calls.ts";
import { Refusal } from "../world/refusal.ts";
import { readSettings } from "../world/settings.ts";
import { createWorld } from "../world/world.ts";
import { createWorldClient, linkTo, type WorldLink } from "../world/world-client.ts";
import type { Caller } from "./grpc-service.ts";

/** The worlds behind the targets of this process. */
export interface Worlds {
  /**
   * Asks the world of a target, and behaves towards the caller as the world says: never answers, or late, or after a while. Throws a
   * Refusal, also for options that aren't known.
   */
  ask<Value>(target: Target | undefined, question: WorldQuestion, caller: Caller): Promise<Value>;
  /** The link to the world of a target. */
  link(target: Target | undefined): WorldLink;
}

const WORLDS_MAX = 64;
const LATE_MS = 200;

/**
 * A target with an endpoint is the world that is served there; one without has a world of its own in this process, by the name of the
 * driver instance, which ends with the process.
 */
export function createWorlds(): Worlds {
  const links = new Map<string, WorldLink>();
  const known = new Set<string>();
  const link = (target: Target | undefined): WorldLink => {
    const { endpoint = "", instance = "" } = target ?? {};
    const key = endpoint === "" ? `instance ${instance}` : endpoint;
    const found = links.get(key);
    if (found !== undefined) return found;
    const made = endpoint === "" ? linkTo(createWorld()) : createWorldClient(endpoint);
    if (links.size >= WORLDS_MAX) {
      // The oldest served world is only let go of; a world of this process would be lost.
      const [oldest] = [...links.keys()].filter((each) => !each.startsWith("instance "));
      links.get(oldest ?? "")?.close();
      links.delete(oldest ?? "");
    }
    links.set(key, made);
    return made;
  };
  const settingsText = (target: Target | undefined): string | undefined => {
    const options = target?.options ?? {};
    for (const _ in options) {
      const text = JSON.stringify(options);
      if (known.has(text)) return text;
      readSettings(options);
      if (known.size < 256) known.add(text);
      return text;
    }
    return undefined;
  };
  return {
    link,
    async ask<Value>(target: Target | undefined, question: WorldQuestion, caller: Caller): Promise<Value> {
      const settings = settingsText(target);
      const asked = link(target).ask(settings === undefined ? question : { ...question, settings });
      const { value, failure, manner } = asked instanceof Promise ? await asked : asked;
      if (manner !== undefined) {
        if (manner.hang || manner.late) await caller.gone();
        if (manner.late) await pause(LATE_MS);
        if (manner.delayMs !== undefined) await Promise.race([pause(manner.delayMs), caller.gone()]);
      }
      if (failure !== undefined) throw new Refusal(failure);
      return value as Value;
    },
  };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
