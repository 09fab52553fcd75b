import { type WatchRequest, type WatchResponse, WatchSubject } from "../../../gen/bedplate/design/v1/watch_pb.js";

/** Whether a request asks for changes of a subject. */
export function asksFor({ subjects }: Pick<WatchRequest, "subjects">, subject: WatchSubject): boolean {
  return subjects.length === 0 || subjects.includes(subject);
}

/** Tells of changes whether a request asks for them. */
export function toldChanges(
  request: Pick<WatchRequest, "subjects" | "kinds" | "names">,
): (told: WatchResponse) => boolean {
  const [kinds, names] = [new Set(request.kinds), new Set(request.names)];
  const has = (set: ReadonlySet<string>, value: string) => set.size === 0 || set.has(value);
  const [revisions, items, statuses] = [WatchSubject.REVISIONS, WatchSubject.ITEMS, WatchSubject.STATUSES].map(
    (subject) => asksFor(request, subject),
  );
  return ({ change }) => {
    switch (change.case) {
      case "revision":
        return revisions === true;
      case "item":
        return items === true && has(kinds, change.value.kind) && has(names, change.value.name);
      case "status":
        return statuses === true && has(names, change.value.node);
      default:
        return false;
    }
  };
}
