/** Encodes a flat BSON document whose members are binaries or null: all that `op=details` needs. */
export function bsonDocument(members: Readonly<Record<string, Buffer | null>>): Buffer {
  const elements = Object.entries(members).map(([name, value]) => {
    const key = Buffer.from(`${name}\0`);
    if (value === null) return Buffer.concat([Buffer.from([0x0a]), key]);
    return Buffer.concat([Buffer.from([0x05]), key, int32(value.length), Buffer.from([0x00]), value]);
  });
  const body = Buffer.concat([...elements, Buffer.from([0x00])]);
  return Buffer.concat([int32(body.length + 4), body]);
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(value);
  return bytes;
}
