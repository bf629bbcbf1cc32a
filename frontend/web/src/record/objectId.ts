/** A new ObjectId: the seconds of @now, then eight random bytes. Made here, so that sending it twice stores it once. */
export function mintObjectId(now = Date.now()): string {
  const bytes = new Uint8Array(12);
  new DataView(bytes.buffer).setUint32(0, Math.floor(now / 1000));
  crypto.getRandomValues(bytes.subarray(4));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
