import type { RouteDomainMember } from "./compute/computation.ts";
import type { EffectiveItem } from "./effective-item.ts";
import type { LayeredDocument } from "./evaluate-design.ts";

/** An item as it was evaluated before: what rules may see of it, the items it inherits from, and whether it was whole. */
export interface KnownItem {
  readonly item: EffectiveItem;
  readonly ancestors: readonly string[];
  readonly whole: boolean;
}

/**
 * What evaluating a part of a design may ask of the rest. Documents, existence, names and kinds are told as they are after the change; items, members, children
 * and route domains as they were before it, and the part's own are laid over them by whoever asks.
 */
export interface Answers {
  /** All documents of an item; empty for one nobody declares. */
  readonly documents: Map<string, readonly LayeredDocument[]>;
  /** Whether somebody declares an item. */
  readonly exists: Map<string, boolean>;
  /** Names of the items of a kind. */
  readonly names: Map<string, readonly string[]>;
  /** Whether there is an item of a kind. */
  readonly any: Map<string, boolean>;
  /** Effective items by key. */
  readonly items: Map<string, KnownItem | undefined>;
  /** All effective items of a kind. */
  readonly members: Map<string, readonly KnownItem[]>;
  /** The items ("Kind/name") that inherit from an item. */
  readonly children: Map<string, readonly string[]>;
  /** Networks of a route domain that have an address block. */
  readonly domains: Map<string, readonly RouteDomainMember[]>;
}

/** What may be asked. */
export type QuestionType = keyof Answers;

/** What was asked and isn't known yet, by type. */
export type Questions = ReadonlyMap<QuestionType, ReadonlySet<string>>;

/** Answers that were found so far, and what else was asked for. */
export interface Surroundings {
  /** An answer; undefined for a question that is new, which is noted. */
  ask<Type extends QuestionType>(type: Type, about: string): ReturnType<Answers[Type]["get"]>;
  /** How many questions are open. */
  openCount(): number;
  /** The open questions; they are taken for answered from then on. */
  takeOpen(): Questions;
  readonly answers: Answers;
}

/** Surroundings of which nothing is known. */
export function createSurroundings(): Surroundings {
  const answers: Answers = {
    documents: new Map(),
    exists: new Map(),
    names: new Map(),
    any: new Map(),
    items: new Map(),
    members: new Map(),
    children: new Map(),
    domains: new Map(),
  };
  let open = new Map<QuestionType, Set<string>>();
  let count = 0;
  return {
    answers,
    ask(type, about) {
      const known: ReadonlyMap<string, unknown> = answers[type];
      if (!known.has(about)) {
        const asked = open.get(type) ?? new Set();
        open.set(type, asked);
        if (!asked.has(about)) count += 1;
        asked.add(about);
      }
      return known.get(about) as ReturnType<Answers[typeof type]["get"]>;
    },
    openCount: () => count,
    takeOpen() {
      const taken = open;
      open = new Map();
      count = 0;
      return taken;
    },
  };
}
