import type { Tree, TreeMap } from "./tree.ts";

/** The form a text must have: a regular expression, or what searches as one does. */
export interface TextPattern {
  readonly source: string;
  test(text: string): boolean;
}

/**
 * What a single value may be: its type and its bounds. Text lengths count Unicode code points. `negative` numbers may be below 0, so that -1 is one of them and
 * no removal.
 */
export interface ScalarSchema {
  readonly type: "string" | "bool" | "integer" | "number";
  readonly in?: readonly string[];
  readonly pattern?: TextPattern;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly gte?: number;
  readonly lte?: number;
  readonly negative?: boolean;
}

/**
 * The shape of a field, and with it the law it merges by: `scalar` and `list` (members without a key) are replaced whole, a `message` merges field by
 * field, a `map` by key, `keyed` members by their merge key, `strings` are a set in which the child's entries come first. `any` holds whatever was written and
 * is replaced whole; nothing in it is a removal or a reference. `read` reads single values inside by the types it knows of.
 */
export type FieldShape =
  | { readonly type: "scalar"; readonly scalar: ScalarSchema }
  | { readonly type: "any"; readonly read?: (value: Tree) => Tree }
  | { readonly type: "message"; readonly message: MessageSchema }
  | { readonly type: "map"; readonly value: ScalarSchema; readonly maxItems?: number }
  | { readonly type: "strings"; readonly item: ScalarSchema; readonly maxItems?: number }
  | { readonly type: "keyed"; readonly message: MessageSchema; readonly key: string; readonly maxItems?: number }
  | { readonly type: "list"; readonly message: MessageSchema; readonly maxItems?: number };

/** One field of a message: its shape, and what the engine knows about its meaning. */
export interface FieldSchema {
  readonly name: string;
  readonly shape: FieldShape;
  /** Kind of the item the value names. */
  readonly references?: string;
  /** The item named may be missing: then that is a warning. */
  readonly optionalReference?: boolean;
  /** Kind of the item this one inherits from, when the field names it. */
  readonly parent?: string;
  /** Belongs to the item alone: children don't inherit it. */
  readonly own?: boolean;
  /** An explicit assignment that ties a design to one place. */
  readonly formation: boolean;
  /** Never shown, logged or digested. */
  readonly secret: boolean;
  /** Names a hardware alias of the effective hardware profile. */
  readonly hardwareAlias: boolean;
  /** The effective value where nobody set the field. */
  readonly effectiveDefault?: Tree;
  /** What the field is for, one line, where the schema itself says so. */
  readonly description?: string;
  /** How many members the field must have, where the schema says so. */
  readonly leastMembers?: number;
  /** Fields with the same group exclude each other; setting one clears the others. */
  readonly oneof?: string;
}

/** A record of named fields, in the order they are declared. `hasSecret` when one of its own fields is a secret: none of them is quoted then. */
export interface MessageSchema {
  readonly name: string;
  readonly fields: ReadonlyMap<string, FieldSchema>;
  readonly hasSecret: boolean;
}

/** Everything the engine knows about a kind of item, whatever it was compiled from. */
export interface KindSchema {
  readonly kind: string;
  readonly message: MessageSchema;
  /** The field that names the item this one inherits from. */
  readonly parentField?: FieldSchema;
  /** What items of the kind are, one line, where the kind itself says so. */
  readonly description?: string;
  /** Of a custom kind: the JSON Schema its effective items meet. */
  readonly jsonSchema?: TreeMap;
}
