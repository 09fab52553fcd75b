/** Bounds of one batch: members, and roughly bytes of the message they make. */
export interface BatchBounds {
  readonly count: number;
  readonly bytes: number;
}

/** Members in their order, as many at a time as the bounds let a message hold; one that is beyond them alone stands alone. None is empty. */
export function* messageBatches<Member>(
  members: Iterable<Member>,
  bounds: BatchBounds,
  sizeOf: (member: Member) => number,
): Generator<Member[]> {
  let batch: Member[] = [];
  let bytes = 0;
  for (const member of members) {
    const size = sizeOf(member);
    if (batch.length > 0 && (batch.length >= bounds.count || bytes + size > bounds.bytes)) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(member);
    bytes += size;
  }
  if (batch.length > 0) yield batch;
}
