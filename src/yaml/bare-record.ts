/**
 * A record that inherits nothing: its prototype is empty and has none itself. `Object.create(null)` would be the same, but engines keep such objects as hash
 * tables, which take several times the memory of a record's few fields.
 */
export function bareRecord<T>(): Record<string, T> {
  return new BareRecord<T>();
}

const BareRecord = function BareRecord() {} as unknown as new <T>() => Record<string, T>;
BareRecord.prototype = Object.create(null);
