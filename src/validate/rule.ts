import type { Severity } from "../design/diagnostic.ts";
import type { EffectiveItem } from "../design/effective-item.ts";

/** What a rule found about an item: the field it is about, and what is wrong, one line. */
export interface Finding {
  readonly kind: string;
  readonly name: string;
  /** Path of the field whose place the finding stands on; absent for the whole item. */
  readonly field?: string;
  readonly message: string;
  readonly hint?: string;
  /** When it isn't the rule's own. */
  readonly severity?: Severity;
  readonly related?: readonly RelatedField[];
}

/** Another field a finding is about, and what is there. */
export interface RelatedField {
  readonly kind: string;
  readonly name: string;
  readonly field?: string;
  readonly message: string;
}

/** What an item rule may look at besides its item. Every look is one of the rule's inputs. */
export interface RuleContext {
  /** An item that the rule's item names; undefined when there is none, which the engine has reported already. */
  lookup(kind: string, name: string): EffectiveItem | undefined;
  /** False when a document of the item broke off: nothing follows from what the item lacks. */
  isWhole(item: EffectiveItem): boolean;
}

/** A rule about one item and the items it names. */
export interface ItemRule {
  /** Kebab-case, unique, never reused. */
  readonly id: string;
  readonly severity: Severity;
  /** What must hold, one line. */
  readonly summary: string;
  /** Kinds of items it is run for. */
  readonly kinds: readonly string[];
  check(item: EffectiveItem, context: RuleContext): readonly Finding[];
}

/** Something an item says about a key that other items may speak of, too. */
export interface Fact {
  /** Such as `address/10.1.0.5`. */
  readonly key: string;
  readonly kind: string;
  readonly name: string;
  readonly field: string;
}

/** A rule about everything items say of one key. It sees that key's facts and nothing else. */
export interface GroupRule {
  /** Kebab-case, unique, never reused. */
  readonly id: string;
  readonly severity: Severity;
  /** What must hold, one line. */
  readonly summary: string;
  /** Kinds of items that emit facts. */
  readonly kinds: readonly string[];
  facts(item: EffectiveItem): readonly Fact[];
  /** `facts` has at least two members, in the order of kind and name. */
  check(facts: readonly Fact[]): readonly Finding[];
}
