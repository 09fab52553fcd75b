import type { MessageInitShape } from "@bufbuild/protobuf";
import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import type { HistoricChangeSchema } from "../../../gen/bedplate/design/v1/history_pb.js";
import { ChangeKind } from "../../../gen/bedplate/design/v1/revision_pb.js";
import type { HistoricItemChange } from "../historic-change.ts";
import type { RevisionRow } from "../store/designs.ts";
import { differenceSize, fieldDifferenceToMessage, type ItemDifference } from "./field-difference.ts";

const MOST_DIFFERENCES = 100;
const MOST_TAGS = 100;
/** About the bytes that the differences of one change take: some of them may be long. */
const LARGEST_CHANGE_BYTES = 1024 * 1024;

const changes: Readonly<Record<HistoricItemChange["change"], ChangeKind>> = {
  added: ChangeKind.ADDED,
  changed: ChangeKind.CHANGED,
  deleted: ChangeKind.DELETED,
};

/** A change of an item's history in the contract's form, with what is told of the revision that made it. */
export function historicChangeToMessage(
  change: HistoricItemChange,
  { number, author, message, createdAt }: RevisionRow,
  tags: readonly string[],
): MessageInitShape<typeof HistoricChangeSchema> {
  return {
    ...{ revision: number, author, message, createdAt: timestampFromDate(createdAt) },
    change: changes[change.change],
    differences: shownDifferences(change).map((each) => fieldDifferenceToMessage(each)),
    tags: tags.slice(0, MOST_TAGS),
  };
}

/** About the bytes a change takes in an answer. */
export function historicChangeSize(change: HistoricItemChange): number {
  return shownDifferences(change).reduce((bytes, each) => bytes + differenceSize(each), 8192);
}

function shownDifferences({ differences }: HistoricItemChange): readonly ItemDifference[] {
  let bytes = 0;
  return differences.slice(0, MOST_DIFFERENCES).filter((each, index) => {
    bytes += differenceSize(each);
    return index === 0 || bytes <= LARGEST_CHANGE_BYTES;
  });
}
