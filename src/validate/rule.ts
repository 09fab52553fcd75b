import type { Origin } from "../design/declared.ts";
import type { Severity, SourceLocation } from "../design/diagnostic.ts";
import type { EffectiveItem } from "../design/effective-item.ts";
import type { KindSchema } from "../design/kind-schema.ts";
import type { Layer } from "../design/layer.ts";

/**
 * What a rule found: what is wrong, one line that doesn't name the item (so that what many items inherit from one place is one finding), and the field whose
 * place it stands on.
 */
export interface Finding {
  /** The item it is about, when it isn't the one that was checked. */
  readonly about?: Subject;
  /** Field path; absent for the whole item. */
  readonly field?: string;
  /** The place it stands on, where that is no field's. */
  readonly at?: SourceLocation;
  readonly message: string;
  readonly hint: string;
  /** When it isn't the rule's own. */
  readonly severity?: Severity;
  /** Id of the rule it is reported under, when it isn't the rule's own: a rule of a design that can't be run. */
  readonly rule?: string;
  readonly related?: readonly RelatedField[];
}

/** An item by kind and name. */
export type Subject = Pick<EffectiveItem, "kind" | "name">;

/** Another field a finding is about, and what is there. */
export interface RelatedField extends Subject {
  readonly field?: string;
  readonly message: string;
}

/** What a rule may look at besides its item. Every look is one of the rule's inputs. */
export interface RuleContext {
  /** An item that the rule's item names; undefined when there is none, which the engine has reported already. */
  lookup(kind: string, name: string | undefined): EffectiveItem | undefined;
  /** All items of a kind of which a design has few, such as BootAction; never of Node. */
  ofKind(kind: string): readonly EffectiveItem[];
  /** Whether the design has an item of a kind. */
  hasKind(kind: string): boolean;
  /** The schema of a kind; undefined for one nobody declares. */
  schema(kind: string): KindSchema | undefined;
  /**
   * False when something an item says at a field (or anywhere, without one) may be lost: a document broke off, or a value there could not be read, which is
   * reported already. Then nothing follows from what the item lacks.
   */
  isWhole(item: Subject, field?: string): boolean;
  /** Whether items of a kind are all there and whole at a field, so that something follows from what none of them says. */
  areWhole(kind: string, field: string): boolean;
  /** Who supplied a value of an item, or the nearest thing around it: the document and its layer. Undefined only for an item nobody declared. */
  origin(item: Subject, field?: string): Origin | undefined;
  /** The layers that may supply a field of formation data, by rank: those of role formation, or of any where there is none, that own the field. */
  suppliers(kind: string, field: string): readonly Layer[];
}

/** A rule about one item and the items it names. */
export interface ItemRule {
  /** Kebab-case, unique, never reused. */
  readonly id: string;
  readonly severity: Severity;
  /** What must hold, one line. */
  readonly summary: string;
  /** Why: what goes wrong otherwise and how to mend it. A paragraph of Markdown for the page of rules. */
  readonly why: string;
  /** Kinds of items it is run for; "*" for every kind. */
  readonly kinds: readonly string[];
  /**
   * By kind, the fields it looks at of its item, where it looks at nothing else of it but the name for its findings. Items that inherit the very same values
   * there are then checked once, as long as nothing is found.
   */
  readonly looksAt?: Readonly<Record<string, readonly string[]>>;
  check(item: EffectiveItem, context: RuleContext): readonly Finding[];
}

/** Something an item says about a key that other items may speak of, too. */
export interface Fact extends Subject {
  /** Such as `address/10.1.0.5`. */
  readonly key: string;
  readonly field: string;
  /** In what way the item speaks of it, where there are several. */
  readonly role?: string;
}

/** What a group rule found: always about one of the items that spoke. */
export interface GroupFinding extends Finding {
  readonly about: Subject;
}

/** A rule about everything items say of one key. It sees that key's facts and nothing else. */
export interface GroupRule {
  /** Kebab-case, unique, never reused. */
  readonly id: string;
  readonly severity: Severity;
  /** What must hold, one line. */
  readonly summary: string;
  /** Why: what goes wrong otherwise and how to mend it. A paragraph of Markdown for the page of rules. */
  readonly why: string;
  /** Kinds of items that emit facts. */
  readonly kinds: readonly string[];
  /**
   * Kinds whose items ask, where the others only answer: keys nobody asks for are left alone, and of the answers to a key one is kept. So nothing is spent on
   * designs in which nobody asks.
   */
  readonly askedBy?: readonly string[];
  /** How many facts there must be for a check; two when absent. */
  readonly least?: number;
  /**
   * True when its check looks at nothing but how many facts there are and the first of each kind: it may be given only those, which is all it takes where
   * thousands of items speak of one key.
   */
  readonly countsOnly?: boolean;
  /** True when it doesn't matter where the facts were written: finding their places takes time. They come in the order of kinds and names. */
  readonly inAnyOrder?: boolean;
  facts(item: EffectiveItem, context: RuleContext): readonly Fact[];
  /**
   * The facts are in the order of the places they were written, unless the rule says that it doesn't matter. It may look up the items that spoke. `total` is how
   * many facts items of the first one's kind say.
   */
  check(
    facts: readonly Fact[],
    context: Pick<RuleContext, "isWhole" | "areWhole" | "hasKind" | "lookup" | "origin">,
    total: number,
  ): readonly GroupFinding[];
}
