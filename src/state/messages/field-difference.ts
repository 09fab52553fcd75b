import type { MessageInitShape } from "@bufbuild/protobuf";
import type { FieldDifferenceSchema, ValueOriginSchema } from "../../../gen/bedplate/design/v1/history_pb.js";
import { ChangeKind } from "../../../gen/bedplate/design/v1/revision_pb.js";
import type { FieldChange } from "../../design/diff.ts";
import { hiddenSecret } from "../../design/hide-secrets.ts";
import type { Tree } from "../../design/tree.ts";

const LONGEST_VALUE = 65_536;
const LONGEST_PATH = 2048;
/** What stands for a secret literal in the store. Its text would tell whether two secrets are the same. */
const SEALED = /^sealed:[A-Za-z0-9_-]{1,128}$/;

const changes: Readonly<Record<FieldChange["type"], ChangeKind>> = {
  added: ChangeKind.ADDED,
  removed: ChangeKind.DELETED,
  changed: ChangeKind.CHANGED,
  order: ChangeKind.CHANGED,
};

/** One difference of an item, or of a layer's declaration of it. */
export interface ItemDifference {
  readonly kind: string;
  readonly name: string;
  /** Empty for an effective item. */
  readonly layer: string;
  readonly change: FieldChange;
}

/** A difference in the contract's form. */
export function fieldDifferenceToMessage(
  { kind, name, layer, change }: ItemDifference,
  origins: { readonly before?: Origin | undefined; readonly after?: Origin | undefined } = {},
): MessageInitShape<typeof FieldDifferenceSchema> {
  return {
    ...{ kind, name, layer },
    path: cut(change.path, LONGEST_PATH),
    before: shownValue(change.before),
    after: shownValue(change.after),
    change: changes[change.type],
    ...(origins.before && { beforeOrigin: origins.before }),
    ...(origins.after && { afterOrigin: origins.after }),
  };
}

/** Where the value of a side came from. */
export type Origin = MessageInitShape<typeof ValueOriginSchema>;

/** About the bytes a difference takes in an answer. */
export function differenceSize({ change: { before, after } }: ItemDifference): number {
  return 1024 + Buffer.byteLength(shownValue(before)) + Buffer.byteLength(shownValue(after));
}

function shownValue(value: Tree | undefined): string {
  if (value === undefined) return "";
  const hide = (_: string, each: unknown) => (typeof each === "string" && SEALED.test(each) ? hiddenSecret : each);
  return cut(JSON.stringify(value, hide), LONGEST_VALUE);
}

/** Cuts by code points, so that no character is halved. */
function cut(text: string, most: number): string {
  return text.length <= most ? text : [...text.slice(0, 2 * most)].slice(0, most).join("");
}
