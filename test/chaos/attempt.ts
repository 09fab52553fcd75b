import type { JsonObject } from "@bufbuild/protobuf";

/** One declaration of an item as a change gives it. */
export interface Declaration {
  readonly layer: string;
  readonly kind: string;
  readonly name: string;
  readonly spec: JsonObject;
}

/** What one attempt was to do to a design, in words a plain model follows. */
export interface ChangeWords {
  /** Layers it writes: those it lacks are made. */
  readonly layers: readonly string[];
  /** Whether what it doesn't mention is taken from those layers. */
  readonly replaces: boolean;
  readonly declarations: readonly Declaration[];
  readonly deletions: ReadonlyArray<Omit<Declaration, "spec">>;
  /** Declarations that get other tags and stay as they are otherwise. */
  readonly tagged?: ReadonlyArray<Omit<Declaration, "spec"> & { readonly tags: readonly string[] }>;
  /** The revision whose content is taken in place of everything. */
  readonly restores?: number;
}

/** An attempt to change a design. Its id is the message of the revision it makes. */
export interface Attempt {
  readonly id: string;
  readonly words: ChangeWords;
  /** The revision it must follow directly; absent when it takes any. */
  readonly base?: number;
  /** A declaration its caller saw, and what it said: it must say so still in the revision before. */
  readonly saw?: Declaration;
}

/** What an attempt was answered: a revision, or why not. */
export type Answer =
  | { readonly acknowledged: number; readonly changed: boolean }
  | { readonly refused: string; readonly message: string };

/** What a process that changes a design tells of its attempts: first what it is about to try, then what became of it. */
export type Report =
  | { readonly trying: Attempt }
  | { readonly id: string; readonly answer: Answer }
  | { readonly done: true };

/** Attempts and their answers; one whose process was killed first may have none. */
export interface Attempts {
  readonly tried: ReadonlyMap<string, Attempt>;
  readonly answers: ReadonlyMap<string, Answer>;
}

/** Gathers what processes report. */
export function gatherAttempts(): Attempts & { readonly add: (report: Report) => void } {
  const tried = new Map<string, Attempt>();
  const answers = new Map<string, Answer>();
  return {
    tried,
    answers,
    add(report) {
      if ("trying" in report) tried.set(report.trying.id, report.trying);
      else if ("id" in report) answers.set(report.id, report.answer);
    },
  };
}
